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

    /// Sent ahead of the first statement. An ordinary read has nothing there: under `read committed` each statement sees
    /// others' work up to its own beginning anyhow, so each pipeline is a transaction by itself, without begin and end.
    var opening: [Connection.Command] {
        switch kind {
        case .autocommit: []
        case .read where isolation == .readCommitted: []
        case .read: [.control("begin read only isolation level \(isolation.rawValue)")] + settings
        case .write: [.control("begin read write isolation level \(isolation.rawValue)")] + settings
        }
    }

    /// Sent ahead of each pipeline outside of a transaction block.
    var preamble: [Connection.Command] { kind == .read ? settings : [] }

    /// A standby knows no serializable transactions.
    var suitsReplicas: Bool { kind == .read && isolation == .readCommitted }

    private var settings: [Connection.Command] { actor.statement.map { [.statement($0)] } ?? [] }
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
    func perform<T>(_ transaction: Transaction, _ body: (borrowing Session) throws -> T) throws -> T {
        var attempt = 0
        while true {
            do {
                opening = transaction.opening
                preamble = transaction.preamble
                if transaction.kind == .autocommit { _ = try run([.control(Self.writable)]) }
                // Named: the optimiser of Swift 6.3 crashes over a temporary that cannot be copied.
                let session = Session(connection: self)
                let value = try body(session)
                if let interruption = ticket?.interruption, transaction.kind == .write { throw interruption.error }
                switch transaction.kind {
                case .read: break
                case .write: try commit()
                case .autocommit: _ = try run([.control(Self.readOnly)])
                }
                return value
            } catch let unknown as OutcomeUnknown {
                throw unknown
            } catch {
                if let interruption = ticket?.interruption { throw interruption.error }
                if transaction.kind == .autocommit {
                    if let lost = error as? ConnectionLost { throw OutcomeUnknown(reason: lost.reason) }
                    // What has opened the connection for writing must close it; else it is of no further use.
                    do { _ = try run([.control(Self.readOnly)]) } catch { _ = lost() }
                }
                settle()
                // The host was the primary once; there may be another now.
                if transaction.kind == .write, let refused = error as? PostgresError, refused.meansStandby {
                    throw lost("the server takes no writes: \(refused.message)")
                }
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

    private static let writable = "set default_transaction_read_only = off"
    private static let readOnly = "set default_transaction_read_only = on"

    /// Makes one transaction of what follows, for a read that needs one: a cursor lives in it.
    func beginReading() {
        guard isIdle, opening.isEmpty else { return }
        opening = [.control("begin read only")] + preamble
    }

    /// Ends whatever transaction is open. After that the connection is idle, or broken.
    func settle() {
        opening = []
        preamble = []
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
