import Crypto
import Foundation
import Postgres

/// Somebody who saw how a value was entered, or a lot drawn.
package struct LotWitness: Sendable, Equatable {
    package let name: String
    /// For whom they were there: 县司法局, 群众代表.
    package let capacity: String

    package init(name: String, capacity: String) { (self.name, self.capacity) = (name, capacity) }
}

/// 承诺: makes a seed that nobody sees, and publishes its hash before registration ends.
package struct CommitLot: Sendable {
    let gathering: Int
    let source: String
    let dueAt: Date

    /// - Parameters:
    ///   - source: the public value, so that everybody finds the same.
    ///   - dueAt: when it comes into being, later than registration ends.
    package init(gathering: Int, source: String, dueAt: Date) {
        (self.gathering, self.source, self.dueAt) = (gathering, source, dueAt)
    }

    /// - Returns: the lot.
    /// - Throws: `lots_in_time`, `lots_value_ahead`, `lots_one_holds`, `lots_no_category`, `lots_not_coming`, `role_required`.
    @discardableResult
    package func callAsFunction(
        vault: ContactVault, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        let seed = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let id = UUID()
        let sealed = try vault.seal(seed: seed, id: id)
        return try await database.write(as: actor) { tx in
            try tx.value(
                """
                select commit_lot(\(gathering), \(Lot.commitment(to: seed)), \(id), \(sealed.keyID), \(sealed.bytes), \(source), \(dueAt))
                """, as: Int.self)
        }
    }
}

/// The steps after the commitment that need no secret.
package enum LotStep: Sendable {
    /// Another public value; the one before stays public.
    case rename(source: String, dueAt: Date)
    /// 固定名单
    case freeze
    /// The public value, with its white space as `value(typed:)` leaves it.
    case enter(value: String, witnesses: [LotWitness], scan: UUID?)

    /// - Throws: the refusals of `rename_value`, `freeze_lot`, `enter_value` in `sql/0050`.
    package func callAsFunction(on lot: Int, in database: Database, as actor: DatabaseActor) async throws {
        let statement: SQL =
            switch self {
            case .rename(let source, let dueAt): "select rename_value(\(lot), \(source), \(dueAt))"
            case .freeze: "select freeze_lot(\(lot))"
            case .enter(let value, let witnesses, let scan):
                """
                select enter_value(\(lot), \(value), \(witnesses.map(\.name))::text[], \(witnesses.map(\.capacity))::text[], \(scan))
                """
            }
        _ = try await database.write(as: actor) { try $0.execute(statement) }
    }

    /// A value as it is compared and computed with: runs of white space are one space, none at the ends.
    package static func value(typed: String) -> String {
        typed.unicodeScalars.split { $0.properties.isWhitespace }.map { String(String.UnicodeScalarView($0)) }
            .joined(separator: " ")
    }
}

/// Two implementations of the lot do not agree. Nothing was drawn.
package struct LotDiffers: Error, Sendable {
    package let findings: [Lot.Finding]
}

/// 抽签: opens the seed, has the database draw, and computes it once more before anybody is told.
package struct DrawLot: Sendable {
    let lot: Int

    package init(_ lot: Int) { self.lot = lot }

    /// - Throws: `lots_no_value`, `lots_second_person`, `lots_seed`, `role_required`; `LotDiffers` when `Lot` finds another order.
    package func callAsFunction(vault: ContactVault, in database: Database, as actor: DatabaseActor) async throws {
        try await database.write(as: actor, deadline: .seconds(30)) { tx in
            let sealed = try tx.one(SealedSeed.of(lot), as: SealedSeed.self)
            let seed = try vault.open(seed: sealed.id, keyID: sealed.keyID, bytes: sealed.bytes)
            try tx.execute("select draw_lot(\(lot), \(seed))")
            let drawn = try tx.one("select lot_id, file from public_lots where lot_id = \(lot)", as: PublicLot.self)
            let findings = drawn.lot.findings
            guard findings.isEmpty else { throw LotDiffers(findings: findings) }
        }
    }
}

/// 作废: a lot that does not count, with the reason. Its seed is told, so that everybody can compute what it would have drawn: nobody annuls
/// one for its outcome unseen.
package struct AnnulLot: Sendable {
    let lot: Int
    let why: String

    package init(_ lot: Int, why: String) { (self.lot, self.why) = (lot, why) }

    /// It is annulled also where its seed can be opened no longer; then that stays untold.
    /// - Throws: `lots_annulled_why`, `lots_list_published`, `lots_not_coming`, `role_required`.
    package func callAsFunction(vault: ContactVault, in database: Database, as actor: DatabaseActor) async throws {
        try await database.write(as: actor) { tx in
            try tx.execute("select annul_lot(\(lot), \(why))")
            guard let sealed = try tx.first(SealedSeed.of(lot), as: SealedSeed.self),
                let seed = try? vault.open(seed: sealed.id, keyID: sealed.keyID, bytes: sealed.bytes)
            else { return }
            try tx.execute("select tell_seed(\(lot), \(seed))")
        }
    }
}

/// The seed as it is kept until it is told.
private struct SealedSeed: Row {
    let id: UUID
    let keyID: String
    let bytes: [UInt8]

    init(_ row: RowReader) throws {
        id = try row["seed_id"]
        keyID = try row["key_id"]
        bytes = try row["sealed"]
    }

    static func of(_ lot: Int) -> SQL { "select seed_id, key_id, sealed from sealed_seed(\(lot))" }
}

/// A lot that was drawn on site before witnesses.
package struct RecordWitnessedLot: Sendable {
    package var gathering: Int
    package var drawnAt: Date
    package var place: String
    package var notary: String
    package var witnesses: [LotWitness]
    /// Of each category that was drawn: its numbers in the order in which they were drawn.
    package var drawn: [[String]]
    package var scan: UUID

    package init(
        gathering: Int, drawnAt: Date, place: String, notary: String, witnesses: [LotWitness], drawn: [[String]],
        scan: UUID
    ) {
        (self.gathering, self.drawnAt, self.place, self.notary) = (gathering, drawnAt, place, notary)
        (self.witnesses, self.drawn, self.scan) = (witnesses, drawn, scan)
    }

    /// - Returns: the lot.
    /// - Throws: `lots_list_whole`, `lots_drawn_when`, `lots_judged_since`, `lots_witnesses_two`, `registrations_unchecked`, `lots_registration_open`,
    ///   `lots_one_holds`, `lots_scan`, `role_required`.
    @discardableResult
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        let numbers = drawn.flatMap { $0 }
        let ranks = drawn.flatMap { $0.indices.map { $0 + 1 } }
        return try await database.write(as: actor) { tx in
            try tx.value(
                """
                select record_witnessed_lot(\(gathering), \(drawnAt), \(place), \(notary), \(witnesses.map(\.name))::text[],
                  \(witnesses.map(\.capacity))::text[], \(numbers)::text[], \(ranks)::int[], \(scan))
                """, as: Int.self)
        }
    }
}
