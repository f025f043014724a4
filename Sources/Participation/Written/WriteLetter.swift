import Foundation
import Postgres
import Text

/// Writes a letter, or writes it anew while it is not sent.
package struct WriteLetter: Sendable, Equatable {
    /// Not one of our units.
    package struct Organisation: Sendable, Equatable {
        package var name: String
        /// Of its office; empty where none is known.
        package var email: String

        package init(name: String, email: String) {
            (self.name, self.email) = (name, Contact.normalisedEmail(email) ?? email)
        }
    }

    package enum Fault: String, Sendable, CaseIterable {
        case titleMissing = "title_missing"
        case titleTooLong = "title_too_long"
        case bodyMissing = "body_missing"
        case bodyTooLong = "body_too_long"
        case documentNumberTooLong = "document_number_too_long"
        case datedOnMissing = "dated_on_missing"
        case dueOnMissing = "due_on_missing"
        case datedAfterDue = "dated_after_due"
        case silenceNotSaid = "silence_not_said"
        case nobodyAsked = "nobody_asked"
        case tooManyAsked = "too_many_asked"
        case organisationTooLong = "organisation_too_long"
        case organisationTwice = "organisation_twice"
        case email

        /// The field of the form it stands at.
        package var field: String {
            switch self {
            case .titleMissing, .titleTooLong: "title"
            case .bodyMissing, .bodyTooLong: "body"
            case .documentNumberTooLong: "document_number"
            case .datedOnMissing, .datedAfterDue: "dated_on"
            case .dueOnMissing: "due_on"
            case .silenceNotSaid: "silence_agrees"
            case .nobodyAsked, .tooManyAsked: "units"
            case .organisationTooLong, .organisationTwice, .email: "organisations"
            }
        }
    }

    package var title: String
    package var documentNumber: String
    package var body: String
    /// 成文日期: of the paper, which may leave before the letter is sent here.
    package var datedOn: CalendarDate?
    package var dueOn: CalendarDate?
    package var silenceAgrees: Bool
    package var unitIDs: [Int]
    package var organisations: [Organisation]

    package init(
        title: String, documentNumber: String, body: String, datedOn: CalendarDate?, dueOn: CalendarDate?,
        silenceAgrees: Bool, unitIDs: [Int],
        organisations: [Organisation]
    ) {
        self.title = TextNormalisation.normalised(title)
        self.documentNumber = TextNormalisation.normalised(documentNumber)
        self.body = TextNormalisation.normalised(body)
        (self.datedOn, self.dueOn, self.silenceAgrees) = (datedOn, dueOn, silenceAgrees)
        self.unitIDs = Array(Set(unitIDs)).sorted()
        self.organisations = organisations
    }

    /// Organisations one a line: the name, and after a comma the address of its office.
    package static func organisations(_ text: String) -> [Organisation] {
        TextNormalisation.normalised(text).split(whereSeparator: \.isNewline).compactMap { line in
            let parts = line.split(maxSplits: 1, whereSeparator: { [",", "，", "\t"].contains($0) })
                .map { TextNormalisation.normalised(String($0)) }
            guard let name = parts.first, !name.isEmpty else { return nil }
            return Organisation(name: name, email: parts.count > 1 ? parts[1] : "")
        }
    }

    /// The usual words of such a letter. It is an official text in Chinese, whatever language the desk is read in.
    package static func proposed(for procedure: ProcedureHeading, dueOn: CalendarDate?, silenceAgrees: Bool = false)
        -> (title: String, body: String)
    {
        let day = dueOn.map { ChinaTime.day($0, in: .zh) } ?? "　月　日"
        return (
            "关于征求《\(procedure.title)》意见的函",
            """
            我单位组织起草了《\(procedure.title)》。现征求你单位意见，请研究后于\(day)前回复。
            有意见的，请写明意见和理由；没有意见的，也请回复“无意见”。
            逾期未回复的，视为无意见。
            """
        )
    }

    /// Everything that is wrong, in the order of the form.
    package var faults: [Fault] {
        var faults: [Fault] = []
        func require(_ condition: Bool, _ fault: Fault) { if !condition { faults.append(fault) } }
        require(!title.isEmpty, .titleMissing)
        require(TextLength.count(title) <= WrittenConsultation.longestTitle, .titleTooLong)
        require(TextLength.count(documentNumber) <= WrittenConsultation.longestDocumentNumber, .documentNumberTooLong)
        require(!body.isEmpty, .bodyMissing)
        require(TextLength.count(body) <= WrittenConsultation.longestBody, .bodyTooLong)
        require(datedOn != nil, .datedOnMissing)
        require(dueOn != nil, .dueOnMissing)
        if let datedOn, let dueOn { require(datedOn <= dueOn, .datedAfterDue) }
        require(!silenceAgrees || body.contains(WrittenConsultation.silenceAgreesWords), .silenceNotSaid)
        require(!unitIDs.isEmpty || !organisations.isEmpty, .nobodyAsked)
        require(unitIDs.count + organisations.count <= WrittenConsultation.mostAddressees, .tooManyAsked)
        require(organisations.allSatisfy { TextLength.count($0.name) <= 100 }, .organisationTooLong)
        require(Set(organisations.map(\.name)).count == organisations.count, .organisationTwice)
        require(organisations.allSatisfy { $0.email.isEmpty || Contact.normalisedEmail($0.email) != nil }, .email)
        return faults
    }

    /// - Parameters:
    ///   - id: the letter that is written anew; nil for a new one.
    ///   - version: of the letter as it was read; 0 for a new one.
    ///   - key: of the form: pressed twice, it is one letter.
    /// - Returns: its id.
    package func callAsFunction(
        _ id: Int?, version: Int = 0, procedure: String, key: UUID, codes: QueryCodes, in database: Database,
        as actor: DatabaseActor
    ) async throws -> Int {
        let keys = [key] + (1..<max(1, unitIDs.count + organisations.count)).map { _ in UUID() }
        let macs = keys.suffix(organisations.count).map { codes.mac(for: $0) }
        let (names, emails) = (organisations.map(\.name), organisations.map(\.email))
        return try await database.write(as: actor) { tx in
            try tx.value(
                """
                select write_letter(\(id), \(version)::int, \(procedure), \(title), \(documentNumber), \(body), \(datedOn), \(dueOn), \(silenceAgrees),
                  \(unitIDs), \(names), \(emails), \(keys), \(macs))
                """)
        }
    }
}

/// What else its writers do with a letter.
package enum LetterAct: Sendable {
    /// As it was read.
    case send(version: Int)
    case attachScan(UUID)

    package func callAsFunction(on id: Int, in database: Database, as actor: DatabaseActor) async throws {
        try await database.write(as: actor) { tx in
            switch self {
            case .send(let version): try tx.execute("select send_letter(\(id), \(version)::int)")
            case .attachScan(let file): try tx.execute("select attach_letter_scan(\(id), \(file))")
            }
        }
    }

    /// What was entered by mistake: nobody has replied then.
    package static func takeEntryBack(_ replyID: Int, in database: Database, as actor: DatabaseActor) async throws {
        try await database.write(as: actor, retrying: 2) { try $0.execute("select take_entry_back(\(replyID))") }
    }

    /// That the words of a reply may stand in the result, and how its writer agreed; nil takes it back.
    package static func release(
        _ addresseeID: Int, agreement: String?, in database: Database, as actor: DatabaseActor
    ) async throws {
        try await database.write(as: actor) { try $0.execute("select release_letter(\(addresseeID), \(agreement))") }
    }
}
