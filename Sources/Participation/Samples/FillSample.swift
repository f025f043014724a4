import Foundation
import Postgres

/// Adds people to a sample: names and numbers are encrypted before they reach the database. Needs the role organiser.
package struct FillSample: Sendable {
    package let sampleID: Int

    package init(_ sampleID: Int) { self.sampleID = sampleID }

    private static let threads = OwnThreads("sample-contacts", threads: 1, longestQueue: 10)

    /// The same without those whose number stands in a sample of the questionnaire already.
    package func unknown(
        _ list: SampleList, vault: ContactVault, in database: Database, as actor: DatabaseActor
    ) async throws -> SampleList {
        let indexes = list.people.map { vault.phoneIndex($0.phone) }
        let known = Set(
            try await database.read(as: actor) { tx in
                try tx.values("select known_in_sample(\(sampleID), \(indexes))", as: Int.self)
            })
        var rest = SampleList(people: [], faults: list.faults)
        for (place, person) in list.people.enumerated() {
            if known.contains(place + 1) {
                rest.faults.append(.init(line: person.line, reason: .known))
            } else {
                rest.people.append(person)
            }
        }
        rest.faults.sort { $0.line < $1.line }
        return rest
    }

    /// - Returns: how many are new in it.
    /// - Throws: `samples_voice`, `samples_over`, `samples_size`, `samples_strata`, `role_required`.
    package func callAsFunction(
        _ list: SampleList, vault: ContactVault, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        let sealed = try await Self.threads.run {
            try list.people.map {
                try vault.seal(Contact(name: $0.name, phone: $0.phone), in: ContactVault.samples)
            }
        }
        let strata = list.people.map(\.stratum)
        return try await database.write(as: actor, deadline: .seconds(60)) { tx in
            try tx.value(
                """
                select add_to_sample(\(sampleID), \(sealed.map(\.id)), \(sealed.map(\.keyID)), \(sealed.map(\.bytes)),
                  \(sealed.map { $0.phoneIndex ?? [] }), \(strata))
                """)
        }
    }

    /// The name under which the file of a list waits, whatever its own is.
    package static let listName = "sample-list"

    /// Deletes the files of lists that the actor has uploaded: they were read, or another takes their place.
    package static func forgetLists(in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { tx in try tx.value("select drop_lists()", as: Int.self) }
    }
}
