import Foundation
import Postgres

/// Submissions that go through the door in one transaction, each with its own outcome.
struct IntakeBatch: Sendable {
    let items: [IntakeItem]
    /// How long it tries to come through, and to learn what became of it when the connection broke.
    var patience = Duration.seconds(10)

    /// Commits the items; an outcome or an error for each, in their order.
    ///
    /// An error that lies in one item is that item's alone: the batch is halved until it stands by itself.
    func settle(in database: Database) async -> [Result<IntakeOutcome, any Error>] {
        do {
            return try await commit(in: database).map(Result.success)
        } catch  where items.count > 1 && Self.liesInOneItem(error) {
            let half = items.count / 2
            let first = await IntakeBatch(items: Array(items.prefix(half)), patience: patience).settle(in: database)
            let rest = await IntakeBatch(items: Array(items.dropFirst(half)), patience: patience).settle(in: database)
            return first + rest
        } catch {
            return items.map { _ in .failure(error) }
        }
    }

    /// The door knows every key it has taken, so a call whose fate is unknown is settled by calling again: what had been
    /// committed comes back with its number, what had not is committed now.
    /// - Throws: `OutcomeUnknown` when the database stayed away after a commit whose answer was lost; anything else means
    ///   that nothing was stored.
    private func commit(in database: Database) async throws -> [IntakeOutcome] {
        let items = items
        let end = ContinuousClock.now + patience
        var unknown: OutcomeUnknown?
        while true {
            do {
                return try await database.write(deadline: end - .now) { tx in
                    try Self.pass(items, tx)
                }
            } catch {
                unknown = error as? OutcomeUnknown ?? unknown
                let pause = Duration.milliseconds(100)
                guard Self.mayRepeat(error), .now + pause < end else { throw unknown ?? error }
                try await Task.sleep(for: pause)
            }
        }
    }

    /// Comments through their door, messages, sheets and registrations through theirs; the outcomes in the order of the items.
    private static func pass(_ items: [IntakeItem], _ tx: borrowing Session) throws -> [IntakeOutcome] {
        var comments: [(place: Int, item: CommentItem)] = []
        var messages: [(place: Int, item: MessageItem)] = []
        var sheets: [(place: Int, item: SheetItem)] = []
        var registrations: [(place: Int, item: RegistrationItem)] = []
        for (place, item) in items.enumerated() {
            switch item {
            case .comment(let item): comments.append((place, item))
            case .message(let item): messages.append((place, item))
            case .sheet(let item): sheets.append((place, item))
            case .registration(let item): registrations.append((place, item))
            }
        }
        var passed: [(place: Int, outcome: IntakeOutcome)] = []
        if !comments.isEmpty {
            let outcomes = try tx.all(CommentItem.door(comments.map(\.item)), as: IntakeOutcome.self)
            passed += zip(comments, outcomes).map { ($0.place, $1) }
        }
        if !messages.isEmpty {
            let outcomes = try tx.all(MessageItem.door(messages.map(\.item)), as: IntakeOutcome.self)
            passed += zip(messages, outcomes).map { ($0.place, $1) }
        }
        if !sheets.isEmpty {
            let outcomes = try tx.all(SheetItem.door(sheets.map(\.item)), as: IntakeOutcome.self)
            passed += zip(sheets, outcomes).map { ($0.place, $1) }
        }
        if !registrations.isEmpty {
            let outcomes = try tx.all(RegistrationItem.door(registrations.map(\.item)), as: IntakeOutcome.self)
            passed += zip(registrations, outcomes).map { ($0.place, $1) }
        }
        guard passed.count == items.count else { throw NoRow() }
        return passed.sorted { $0.place < $1.place }.map(\.outcome)
    }

    private static func mayRepeat(_ error: any Error) -> Bool {
        switch error {
        case is ConnectionLost, is OutcomeUnknown: true
        case let refused as PostgresError: refused.isSerializationConflict
        default: false
        }
    }

    /// A value that does not fit (22), a rule of the tables (23), or what cannot be sent at all. Everything else lies in the
    /// server, and calling again would not help.
    private static func liesInOneItem(_ error: any Error) -> Bool {
        switch error {
        case is UnsendableValue: true
        case let refused as PostgresError: refused.state.hasPrefix("22") || refused.state.hasPrefix("23")
        default: false
        }
    }
}
