import Foundation
import Participation
import Postgres
import Text

/// What is said at the gatherings of the demo, and what becomes of it.
extension Demo {
    // MARK: In the hall

    /// Everybody is there; participants or guests speak one after another, and who presents or presides answers some of them.
    func hold(_ it: Gathering, _ said: [DemoPlan.Meeting.Statement]) async throws {
        let recorder = try await cast.named("chengban").databaseActor
        let began = moment(day: 0, hour: 9, of: it)
        if it.kind == .hearing {
            try await Agenda.ofArticle17.save(gathering: it.id, in: pools.staff, as: recorder)
        }
        try await Gathering.begin(it.id, in: pools.staff, as: recorder)
        let (people, agenda) = try await pools.staff.read(as: recorder) { tx in
            (
                try tx.all(GatheringPerson.of(gathering: it.id), as: GatheringPerson.self),
                try tx.all(Agenda.of(gathering: it.id), as: Agenda.Item.self)
            )
        }
        let speakers = people.filter { [.participant, .invited].contains($0.role) }
        let answering = people.first { $0.role == .presenter } ?? people.first { $0.role == .presider }
        guard !speakers.isEmpty, let presenter = answering?.id else {
            throw Broken(description: "\(it.number): nobody speaks.")
        }
        var opening = (speakers.map(\.id) + [presenter]).map {
            TypedEntry(kind: .presence, person: $0, presence: .present)
        }
        if let item = agenda.first(where: { $0.kind == .statements })?.id {
            opening.append(TypedEntry(kind: .agenda, item: item))
        }
        try await enter(opening, in: it, as: recorder)
        for (place, statement) in said.enumerated() {
            try await clock.set(began.addingTimeInterval(Double(20 + 8 * place) * 60))
            let person = speakers[place % speakers.count].id
            var entries = [
                TypedEntry(kind: .call, person: person, seconds: it.statementMinutes * 60),
                TypedEntry(kind: .statement, person: person, body: statement.text),
            ]
            if let reply = statement.reply { entries.append(TypedEntry(kind: .reply, person: presenter, body: reply)) }
            try await enter(entries, in: it, as: recorder)
        }
        try await clock.set(began.addingTimeInterval(9_000))
        try await Gathering.end(it.id, in: pools.staff, as: recorder)
    }

    private func enter(_ entries: [TypedEntry], in it: Gathering, as actor: DatabaseActor) async throws {
        let outcomes = try await TakeEntries(it.id)(entries, in: pools.staff, as: actor)
        if let refused = outcomes.first(where: { $0.outcome != .accepted }) {
            throw Broken(description: "\(it.number): \(refused.outcome)")
        }
    }

    /// People are met in their village, and what they say is written down there.
    func visit(_ it: Gathering, _ met: [DemoPlan.Meeting.Met]) async throws {
        let clerk = try await cast.office(.clerk).databaseActor
        let now = moment(day: 0, hour: 9, of: it)
        let notes = met.map {
            FieldNote(
                key: UUID(), person: UUID(), name: $0.name, phone: "", unit: $0.unit, consents: $0.consents,
                words: $0.words, saidAt: now)
        }
        let outcomes = try await TakeFieldNotes(gatheringID: it.id, notes: notes)(
            vault: intake.vault, codes: intake.codes, in: pools.staff, as: clerk)
        if let fault = outcomes.compactMap(\.fault).first { throw Broken(description: "\(it.number): \(fault)") }
        try await Gathering.end(it.id, in: pools.staff, as: clerk)
    }

    // MARK: Afterwards

    /// Everybody reads the pages and confirms them by their code, but one who signs on paper.
    func confirm(_ it: Gathering) async throws {
        let organiser = try await cast.office(.organiser)
        let actor = organiser.databaseActor
        let (people, entries) = try await pools.staff.read(as: actor) { tx in
            (
                try tx.all(GatheringPerson.of(gathering: it.id), as: GatheringPerson.self),
                try tx.all(TranscriptEntry.of(gathering: it.id), as: TranscriptEntry.self)
            )
        }
        let codes = try await GatheringPerson.codes(of: it.id, codes: intake.codes, in: pools.staff, as: actor)
        let confirming = people.filter { [.participant, .presider, .presenter].contains($0.role) }
        for person in confirming.dropLast() {
            guard let code = codes[person.id] else { continue }
            for page in Transcript(entries).pages {
                let outcome = try await TranscriptMark.mark(
                    it.number, mac: intake.codes.mac(code), page: page.number, seen: page.seen, .confirmed, note: "",
                    in: pools.public)
                guard outcome == .marked else { throw Broken(description: "\(it.number): \(outcome)") }
            }
        }
        guard let last = confirming.last else { return }
        try await Gathering.attachTranscript(
            try await scan(for: organiser), to: it.id, in: pools.staff, as: actor)
        try await TranscriptEnd.record(.paper, of: last.id, reason: "", in: pools.staff, as: actor)
    }

    /// What was said stands among the opinions, and is answered as they are.
    func close(_ it: Gathering, answer: String?, adopted: Set<Int>) async throws {
        let organiser = try await cast.office(.organiser).databaseActor
        _ = try await Gathering.close(it.id, in: pools.staff, as: organiser)
        guard let answer else { return }
        let ids = try await pools.staff.read(as: organiser) {
            try $0.values(
                """
                select distinct submission_id from gathering_entries
                where gathering_id = \(it.id) and submission_id is not null order by submission_id
                """, as: Int.self)
        }
        _ = try await ScreenSubmissions(ids: ids, hiddenFor: nil)(in: pools.staff, as: organiser)
        let taken = ids.enumerated().filter { adopted.contains($0.offset + 1) }.map(\.element)
        if !taken.isEmpty {
            _ = try await AnswerOpinions.unanswered(
                of: taken,
                with: Answer(
                    outcome: .adopted, reason: answer, effect: "目录修改稿", effectOn: today.adding(days: 30)),
                in: pools.staff, as: organiser)
        }
        _ = try await AnswerOpinions.unanswered(
            of: ids, with: Answer(outcome: .explained, reason: answer), in: pools.staff, as: organiser)
    }

    private func moment(day: Int, hour: Int, of it: Gathering) -> Date {
        let day = (it.day ?? today).adding(days: day)
        return ChinaTime.moment(day, hour: hour) ?? ChinaTime.startOf(day)
    }
}
