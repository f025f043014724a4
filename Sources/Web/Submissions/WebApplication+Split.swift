import Foundation
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// Dividing a submission into the opinions it holds.
    func addSplit(to desk: RouterGroup<MinyiContext>) {
        desk.get("submissions/:number/split") { _, context -> Response in
            let found = try await submission(context)
            return try pages.render(SplitPage(found, context.texts), in: context)
        }
        desk.post("submissions/:number/split") { _, context in try await split(context) }
    }

    private func split(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (context.form, context.texts, try context.staff.databaseActor)
        let found = try await submission(context)
        // Where sentences begin is known of what was shown.
        guard form.string("seen") == SplitPage.seen(found) else {
            throw Problem.conflict(texts["dispositions.errors.divided_anew"])
        }
        let sentences = SplitPage.sentences(of: found).map(\.text)
        var typed = SplitPage.Typed(begins: Set(form.ints("begins")).union([0]))
        for index in sentences.indices { typed.rows[index] = form.string("row-\(index)") }
        let rows = try await pools.staff.read(as: actor) { tx in
            try found.rowPositions(tx)
        }
        var parts: [SplitOpinions.Part] = []
        if form.string("action") == "join" {
            let row = typed.rows[0] ?? ""
            parts = [.init(found.facts.body, position: rows[row])]
            typed.errors.require(row.isEmpty || rows[row] != nil, "row-0", texts["submissions.split.no_row"])
        } else {
            var begins = sentences.indices.filter(typed.begins.contains)
            begins.append(sentences.count)
            for (first, end) in zip(begins, begins.dropFirst()) {
                let row = typed.rows[first] ?? ""
                typed.errors.require(
                    row.isEmpty || rows[row] != nil, "row-\(first)", texts["submissions.split.no_row"])
                parts.append(.init(sentences[first..<end].joined(), position: rows[row]))
            }
        }
        let split = SplitOpinions(submissionID: found.facts.id, parts: parts)
        typed.errors.require(
            (1...SplitOpinions.mostParts).contains(split.parts.count), "begins-0",
            texts["submissions.errors.parts", ["limit": SplitOpinions.mostParts]])
        guard typed.errors.isEmpty else {
            return try pages.render(
                SplitPage(found, typed: typed, texts), in: context, status: .unprocessableContent)
        }
        let count: Int
        do {
            count = try await split(in: pools.staff, as: actor)
        } catch {
            // What was marked is still marked.
            guard let sentence = texts.refusal(error) else { throw error }
            typed.errors.add("begins-0", sentence)
            return try pages.render(SplitPage(found, typed: typed, texts), in: context, status: .conflict)
        }
        context.visit.flash(.done, texts["submissions.split_done", ["count": count]])
        return .seeOther(try submissionAddress(context) + "#points")
    }
}
