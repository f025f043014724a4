import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Messages for programs: sent, followed on their receipt, and read on the public board.
    func addMessagesAPI(to api: RouterGroup<MinyiContext>) {
        api.get("units") { _, context -> Response in
            try publicPages.admitSearch(context)
            return try .json(
                PublicData.Units(
                    units: try await openUnits().map { PublicData.Unit(code: $0.code, name: $0.name) }))
        }
        api.get("messages") { request, context -> Response in
            try publicPages.admitSearch(context)
            let units = try await pools.public.all(Participation.Unit.all, as: Participation.Unit.self)
            let asked = try board(try request.query(), units, context.texts)
            let list = try await PublicMessageList.read(
                asked.filter, before: asked.before, limit: asked.limit, in: pools.public)
            let codes = Dictionary(units.map { ($0.id, $0.code) }) { $1 }
            return try .json(
                PublicData.Messages(
                    messages: list.lines.map { PublicData.Message($0, codes, publicURL: configuration.publicURL) },
                    next: list.hasMore ? list.lines.last.map { asked.address(before: $0.number) } : nil))
        }
        api.get("messages/:number") { _, context -> Response in
            try publicPages.admitSearch(context)
            guard let number = try? SubmissionNumber(try context.text("number")),
                let message = try await PublicMessage.find(number.description, in: pools.public)
            else { throw Problem.notFound }
            let versions = try await PublishedMessage.versions(of: message.id, in: pools.public)
            let units = try await pools.public.all(Participation.Unit.all, as: Participation.Unit.self)
            let codes = Dictionary(units.map { ($0.id, $0.code) }) { $1 }
            return try .json(
                PublicData.WholeMessage(
                    message: PublicData.Message(message, codes, publicURL: configuration.publicURL),
                    versions: versions.map(PublicData.MessageVersion.init)))
        }
        api.post("messages") { request, context -> Response in try await takeMessage(request, context) }
        // The code is never part of an address: reading a receipt is a POST.
        api.post("messages/:number/receipt") { request, context -> Response in try await receipt(request, context) }
    }

    private func openUnits() async throws -> [Participation.Unit] {
        try await pools.public.all(Participation.Unit.all, as: Participation.Unit.self).filter { $0.validUntil == nil }
    }

    private func takeMessage(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let texts = context.texts
        let json = try await JSONBody(request, texts)
        let key = try idempotencyKey(request, texts)
        let body = MessageBody(json, key: key, units: try await openUnits(), texts)
        var errors = body.errors
        let kind = body.form.wish?.kind
        if kind == nil, !errors.items.contains(where: { $0.field == "kind" }) {
            errors.add("kind", texts["api.members.message_kind", ["name": "kind"]])
        }
        guard errors.isEmpty, let kind else { throw Problem.faulty(errors) }
        switch try await send(body.form.message(kind, recording: nil, files: []), texts) {
        case .received(let receipt, let before): return try received(receipt, before: before)
        case .keyReused(let number):
            throw Problem.conflict(texts["api.message_key_reused", ["number": number]], code: "key_reused")
        case .faulty(let errors): throw Problem.faulty(errors)
        }
    }

    private func receipt(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let texts = context.texts
        let json = try await JSONBody(request, texts)
        var code: QueryCode?
        let errors = json.faults(texts) { member in
            guard member.name == "code" else { return "unknown" }
            if case .text(let text) = member.value { code = QueryCode(text) }
            return code == nil ? "code" : nil
        }
        guard errors.isEmpty else { throw Problem.faulty(errors) }
        guard let code else { throw Problem.faulty(FormErrors("code", texts["api.members.code", ["name": "code"]])) }
        try receiptGate.admit(context.visit.network)
        // Nothing says which of the two is wrong.
        guard let number = try? SubmissionNumber(try context.text("number")),
            let found = try await MessageReceipt.find(number, mac: intake.codes.mac(code), in: pools.public)
        else { throw Problem.faulty(FormErrors("code", texts["receipts.errors.wrong"])) }
        return try .json(PublicData.MessageState(found))
    }

    // MARK: What of the board is asked for

    private struct Board {
        var filter: PublicMessageList.Filter
        var before: String?
        var limit: Int
        var query: [(String, String)]

        func address(before number: String) -> String {
            let all = query + [("limit", String(limit)), ("before", number)]
            return "/api/v1/messages?"
                + all.map { "\($0.0)=\(URLEncodedFields.encode($0.1))" }.joined(separator: "&")
        }
    }

    /// Unlike a person's, a program's mistake is not passed over in silence.
    private func board(_ query: FormData, _ units: [Participation.Unit], _ texts: Texts) throws -> Board {
        var board = Board(filter: .init(), before: nil, limit: 30, query: [])
        func value<T>(_ name: String, _ read: (String) -> T?) throws -> T? {
            guard query.has(name) else { return nil }
            let text = query.exactly(name)
            guard let value = read(text) else { throw Problem.query(name, texts) }
            if !["before", "limit"].contains(name) { board.query.append((name, text)) }
            return value
        }
        board.filter.kind = try value("kind") { MessageKind(rawValue: $0) }
        board.filter.unitID = try value("unit") { code in units.first { $0.code == code }?.id }
        board.filter.state = try value("state") { PublicMessageList.State(rawValue: $0) }
        board.filter.text = try value("q") { $0.unicodeScalars.count <= 100 ? $0 : nil } ?? ""
        board.before = try value("before") { try? SubmissionNumber($0).description }
        board.limit = try value("limit") { text in Int(text).flatMap { (1...99).contains($0) ? $0 : nil } } ?? 30
        return board
    }
}
