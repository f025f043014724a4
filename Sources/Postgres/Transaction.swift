import Foundation

/// How a job's statements are bound together.
struct Transaction {
    enum Kind {
        case read, write
        /// No transaction: every statement commits by itself.
        case autocommit
    }

    let kind: Kind
    var isolation = Database.Isolation.readCommitted
    var actor = DatabaseActor.anonymous
    /// How often it is run again after a conflict with another transaction.
    var retries = 0

    /// Sent ahead of the first statement.
    var opening: [Connection.Command] {
        if kind == .autocommit { return [] }
        let level = isolation == .readCommitted ? "" : " isolation level \(isolation.rawValue)"
        let begin = Connection.Command.control((kind == .read ? "begin read only" : "begin") + level)
        return [begin] + (actor.statement.map { [.statement($0)] } ?? [])
    }
}

extension Database {
    /// What several statements of a transaction see of others' work.
    package enum Isolation: String, Sendable {
        case readCommitted = "read committed"
        case repeatableRead = "repeatable read"
        case serializable = "serializable"
    }
}

extension Connection {
    /// Runs the closure in a transaction. A write has been committed or rolled back when this returns; a read is left
    /// open for `settle`, since its answer need not wait for the end of it.
    func perform<T>(
        _ transaction: Transaction, ticket: Ticket, _ body: (borrowing Session) throws -> T
    ) throws -> T {
        var attempt = 0
        while true {
            do {
                opening = transaction.opening
                let value = try body(Session(connection: self))
                if let interruption = ticket.interruption, transaction.kind == .write { throw interruption.error }
                if transaction.kind == .write { try commit() }
                return value
            } catch let unknown as OutcomeUnknown {
                throw unknown
            } catch {
                if let interruption = ticket.interruption { throw interruption.error }
                if transaction.kind == .autocommit, let lost = error as? ConnectionLost {
                    throw OutcomeUnknown(reason: lost.reason)
                }
                settle()
                guard let conflict = error as? PostgresError, conflict.isSerializationConflict,
                    attempt < transaction.retries, !isBroken
                else { throw error }
                attempt += 1
                // Apart by chance, so that the two do not meet again.
                Thread.sleep(forTimeInterval: Double.random(in: 0.002...0.02) * Double(attempt))
            }
        }
    }

    private func commit() throws {
        if !opening.isEmpty {  // not one statement was run
            opening = []
            return
        }
        let tag: String
        do {
            tag = try run([.control("commit")]).first?.tag ?? ""
        } catch let lost as ConnectionLost {
            throw OutcomeUnknown(reason: lost.reason)
        }
        // The server answers the commit of a failed transaction by rolling back, without an error.
        guard tag == "COMMIT" else {
            throw PostgresError(state: "25P02", message: "the transaction had failed before and was rolled back")
        }
    }

    /// Ends whatever transaction is open. After that the connection is idle, or broken.
    func settle() {
        opening = []
        for _ in 0..<3 where !isBroken && !isIdle {
            do {
                _ = try run([.control("rollback")])
            } catch is PostgresError {
                continue  // a late cancel request has hit the rollback itself
            } catch {
                _ = lost()
            }
        }
        if !isBroken && !isIdle { _ = lost("the transaction could not be ended") }
    }

    /// One round trip in which a cancel request that came too late does no harm.
    func absorbCancel() {
        if !isBroken { do { _ = try run([.control("select")]) } catch { if !(error is PostgresError) { _ = lost() } } }
    }
}
