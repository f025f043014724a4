import Foundation
import Participation
import Postgres
import Text

extension DemoPlan {
    /// A letter that asks units by their codes and other organisations by name.
    struct Letter: Decodable, Sendable {
        struct Reply: Decodable, Sendable {
            let day: Int
            let who: String
            /// Absent: no opinion.
            var text: String?
            /// It came on paper.
            var paper: Bool?
        }

        let day: Int
        /// The last day to reply.
        let due: Int
        let number: String
        let units: [String]
        let organisations: [String]
        let replies: [Reply]
    }

    /// A unit that is asked for its view of a comment (from 1).
    struct View: Decodable, Sendable {
        let comment: Int
        let day: Int
        let unit: String
        let question: String
        /// Absent: it has said nothing yet.
        var answered: Int?
        var text: String?
    }
}

extension Demo {
    /// Writes a letter, adds its sealed scan and sends it.
    func send(_ plan: DemoPlan.Letter, dueOn: CalendarDate, of asked: Asked) async throws -> Int {
        let organiser = try await cast.office(.organiser)
        let actor = organiser.databaseActor
        guard let heading = try await ProcedureHeading.find(number: asked.number, in: pools.staff, as: actor) else {
            throw Broken(description: "\(asked.number) is not there.")
        }
        let words = WriteLetter.proposed(for: heading, dueOn: dueOn)
        var unitIDs: [Int] = []
        for code in plan.units { unitIDs.append(try await unit(code).id) }
        let letter = WriteLetter(
            title: words.title, documentNumber: plan.number, body: words.body, datedOn: ChinaTime.date(heading.now),
            dueOn: dueOn, silenceAgrees: true,
            unitIDs: unitIDs, organisations: plan.organisations.map { .init(name: $0, email: "") })
        let id = try await letter(
            nil, procedure: asked.number, key: UUID(), codes: intake.codes, in: pools.staff, as: actor)
        try await LetterAct.attachScan(try await scan(for: organiser))(on: id, in: pools.staff, as: actor)
        try await LetterAct.send(version: 1)(on: id, in: pools.staff, as: actor)
        return id
    }

    /// A unit at its desk, an organisation by its link, or on paper.
    func reply(_ plan: DemoPlan.Letter.Reply, to letter: Int, arrivedOn: CalendarDate) async throws {
        let organiser = try await cast.office(.organiser)
        let record = try await WrittenConsultation.find(letter, in: pools.staff, as: organiser.databaseActor)
        let code = plan.who.first?.isNumber == true ? try await unit(plan.who).id : nil
        guard let record,
            let it = record.addressees.first(where: { $0.unitID != nil && $0.unitID == code || $0.name == plan.who })
        else { throw Broken(description: "\(plan.who) was not asked.") }
        let reply = LetterReply(
            key: UUID(), kind: plan.text == nil ? Addressee.ReplyKind.none : .opinion, body: plan.text ?? "")
        if plan.paper == true {
            try await reply.enter(
                for: it.id, arrivedOn: arrivedOn, scan: try await scan(for: organiser), codes: intake.codes,
                in: pools.staff,
                as: organiser.databaseActor)
        } else if it.unitID != nil {
            let clerk = try await cast.member(of: plan.who, .clerk, otherwise: "chengban")
            try await reply.send(to: it.id, codes: intake.codes, in: pools.staff, as: clerk.databaseActor)
        } else {
            try await reply.send(
                number: record.letter.number, code: intake.codes.code(for: it.key), codes: intake.codes,
                in: pools.public)
        }
    }

    func scan(for staff: StaffActor) async throws -> UUID {
        let bytes = try bytes("\(folder)/scans/reply.png")
        return try await Attachment.store(
            bytes, name: "盖章件.png", for: staff.unitIDs, in: pools.staff, as: staff.databaseActor)
    }

    /// Asks a unit for its view of every opinion of a submission.
    func ask(_ plan: DemoPlan.View, about submission: Int) async throws {
        let organiser = try await cast.office(.organiser).databaseActor
        let opinions: [Int] = try await pools.staff.read(as: organiser) { tx in
            try tx.values("select id from opinions where submission_id = \(submission) order by ordinal")
        }
        try await AskViews(of: opinions, unitID: try await unit(plan.unit).id, question: plan.question)(
            in: pools.staff, as: organiser)
    }

    /// The unit writes what it thinks, and its head approves it.
    func answer(_ plan: DemoPlan.View, about submission: Int) async throws {
        guard let text = plan.text else { return }
        let clerk = try await cast.member(of: plan.unit, .clerk, otherwise: "chengban")
        let approver = try await cast.member(of: plan.unit, .approver, otherwise: "shenpi")
        let id: Int? = try await pools.staff.read(as: try await cast.office(.organiser).databaseActor) { tx in
            try tx.firstValue(
                """
                select v.case_id from opinion_views v join opinions o on o.id = v.opinion_id join cases c on c.id = v.case_id and c.is_open
                where o.submission_id = \(submission) order by v.case_id limit 1
                """, as: Int.self)
        }
        guard let id else { throw Broken(description: "Nobody was asked about comment \(plan.comment).") }
        let words = SaveReply.PublicWords(title: "", question: "", answer: "")
        _ = try await SaveReply(caseID: id, version: 0, body: text, handedIn: words)(
            in: pools.staff, as: clerk.databaseActor)
        let record = try await CaseRecord.find(id, for: approver, in: pools.staff)
        try await CaseAct.approve(version: record?.reply?.version ?? 0, granted: true, note: "", paper: nil)(
            on: id, in: pools.staff, as: approver.databaseActor)
    }
}
