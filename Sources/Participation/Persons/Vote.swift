import Foundation
import Postgres

/// What a verified person has answered, with their voice, on the way to the database, where the two part.
package struct Vote: Sendable {
    /// The number of the questionnaire.
    package var questionnaire: String
    package var voice: [UInt8]
    package var version: Int
    /// `Answers.json()`, of at least one question.
    package var answers: Data
    package var town: String?

    package init(questionnaire: String, voice: [UInt8], version: Int, answers: Data, town: String? = nil) {
        (self.questionnaire, self.voice, self.version) = (questionnaire, voice, version)
        (self.answers, self.town) = (answers, town)
    }

    /// JSON can say NUL; the database cannot, and would refuse all votes that go there together.
    package var holdsNUL: Bool {
        var rest = answers
        while let place = rest.firstIndex(of: UInt8(ascii: "\\")) {
            let escape = rest[place...].dropFirst()
            if escape.starts(with: "u0000".utf8) { return true }
            rest = escape.dropFirst()
        }
        return false
    }

    package enum Outcome: String, PostgresValue, CaseIterable, Sendable {
        /// It is in.
        case taken
        /// This person has voted before.
        case used
        /// Another version is asked now.
        case changed
        case closed
        case notOpen = "not_open"
        case suspended
        case unknownQuestionnaire = "unknown_questionnaire"
        /// Another batch is under way.
        case busy
    }
}

/// Votes on the same questionnaire that go to the database together, in three transactions, as `sql/0044_voices.sql` explains.
struct VoteBatch: Sendable {
    let votes: [Vote]
    private let id = UUID()

    /// Other servers have batches, too.
    private static let patience = Duration.seconds(15)
    private static let pause = Duration.milliseconds(100)

    init(_ votes: [Vote]) { self.votes = votes }

    /// An outcome for each, in their order.
    /// - Throws: when none of them is in; `OutcomeUnknown` when nobody can say.
    func settle(in database: Database) async throws -> [Vote.Outcome] {
        guard let number = votes.first?.questionnaire else { return [] }
        let outcomes = try await takeVoices(number, in: database)
        // The order in which the answers are written says nothing about that of the voices.
        let taken = votes.indices.filter { outcomes[$0] == .taken }.shuffled().map { votes[$0] }
        guard !taken.isEmpty else { return outcomes }
        var failure: (any Error)?
        do { try await put(taken, number, in: database) } catch { failure = error }
        let isIn: Bool?
        do { isIn = try await end(number, in: database) } catch {
            // The answers are in; their voices are settled by whoever comes next.
            guard failure == nil else { throw OutcomeUnknown(reason: "a batch of votes was not ended") }
            return outcomes
        }
        if isIn == false { throw failure ?? NoRow() }
        if isIn == nil, failure != nil { throw OutcomeUnknown(reason: "a batch of votes was ended by somebody else") }
        return outcomes
    }

    private struct Told: Row {
        let outcome: Vote.Outcome
        init(_ row: RowReader) throws { outcome = try row["outcome"] }
    }

    private func takeVoices(_ number: String, in database: Database) async throws -> [Vote.Outcome] {
        let (voices, versions, id) = (votes.map(\.voice), votes.map(\.version), id)
        let end = ContinuousClock.now + Self.patience
        while true {
            let told: [Vote.Outcome]
            do {
                told = try await database.write { tx in
                    try tx.all(
                        "select outcome from take_voices(\(number), \(id), \(voices), \(versions)) order by ordinal",
                        as: Told.self
                    ).map(\.outcome)
                }
            } catch let unknown as OutcomeUnknown {
                // If they were taken, they are free again.
                _ = try? await self.end(number, in: database)
                throw unknown
            }
            guard told.count == votes.count else { throw NoRow() }
            guard told.first == .busy else { return told }
            guard .now + Self.pause < end else { throw Overloaded() }
            try await Task.sleep(for: Self.pause)
        }
    }

    private func put(_ taken: [Vote], _ number: String, in database: Database) async throws {
        let (versions, towns, id) = (taken.map(\.version), taken.map(\.town), id)
        let answers = taken.map { String(decoding: $0.answers, as: UTF8.self) }
        try await database.write { tx in
            try tx.execute("select put_unlinked_sheets(\(number), \(id), \(versions), \(answers), \(towns))")
        }
    }

    /// Whether the answers are in; nil when somebody else has ended the batch.
    private func end(_ number: String, in database: Database) async throws -> Bool? {
        let id = id
        let deadline = ContinuousClock.now + Self.patience
        while true {
            do {
                return try await database.write {
                    try $0.value("select settle_voices(\(number), \(id))", as: Bool?.self)
                }
            } catch {
                guard .now + Self.pause < deadline else { throw error }
                try await Task.sleep(for: Self.pause)
            }
        }
    }
}
