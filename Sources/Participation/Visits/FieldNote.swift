import Foundation
import Postgres
import Text

/// One person who was met on a visit (实地走访), and what they said: as it is written down in the village, perhaps without a network.
package struct FieldNote: Decodable, Sendable, Equatable {
    /// Made where it was typed: sent twice, it is one.
    package let key: UUID
    /// The same for every note about the same person.
    package let person: UUID
    /// Empty where the person was named by an earlier note.
    package let name: String
    package let phone: String
    /// Whom they speak for, or where they live.
    package let unit: String
    /// Name and unit may be public.
    package let consents: Bool
    /// Each paragraph is a point of its own.
    package let words: String
    /// By the clock of the phone.
    package let saidAt: Date

    package init(
        key: UUID, person: UUID, name: String, phone: String, unit: String, consents: Bool, words: String, saidAt: Date
    ) {
        (self.key, self.person, self.name, self.phone) = (key, person, name, phone)
        (self.unit, self.consents, self.words, self.saidAt) = (unit, consents, words, saidAt)
    }

    /// Why a note is not taken; its sentences are in the locales under `visits.faults`.
    package enum Fault: String, Sendable, CaseIterable {
        case name, nameTooLong = "name_too_long"
        case phone
        case unitTooLong = "unit_too_long"
        case words, wordsTooLong = "words_too_long"
        /// The visit is over, or has not been called.
        case over
        /// Another point stands under this key.
        case changed
        /// The person is not known.
        case person
        /// A correction that corrects nothing.
        case unchanged
        /// Named under a picture, which somebody who does not agree to be named may not be.
        case pictured
    }

    package static let mostNotes = 15
    /// Scalars of one point.
    package static let longestPoint = 5000
    static let longestUnit = 100
    /// Points of one note.
    static let mostPoints = 10

    /// Each is a point.
    package var points: [String] {
        TextNormalisation.normalised(words).split(separator: "\n")
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// - Parameter isKnown: whether the person was named before.
    package func fault(isKnown: Bool) -> Fault? {
        if !isKnown, name.isEmpty { return .name }
        if let fault = Self.fault(name: name, phone: phone, unit: unit) { return fault }
        if points.isEmpty { return .words }
        if points.count > Self.mostPoints || points.contains(where: { TextLength.count($0) > Self.longestPoint }) {
            return .wordsTooLong
        }
        return nil
    }

    /// What is wrong with what somebody is called, or reached by; any of it may be empty.
    static func fault(name: String, phone: String, unit: String) -> Fault? {
        if TextLength.count(name) > Contact.longestName { return .nameTooLong }
        if !phone.isEmpty, Contact.normalisedPhone(phone) == nil { return .phone }
        if TextLength.count(unit) > longestUnit { return .unitTooLong }
        return nil
    }

    /// What a phone sends: a list of notes.
    /// - Throws: `DecodingError` for anything else, or more than `mostNotes`.
    package static func list(json: String) throws -> [FieldNote] {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            guard let moment = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            else {
                throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no moment"))
            }
            return moment
        }
        let notes = try decoder.decode([FieldNote].self, from: Data(json.utf8))
        guard notes.count <= mostNotes else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "too many notes"))
        }
        return notes
    }
}

/// How many people were met, how many points written down, and how many pictures taken.
package struct FieldCounts: Row {
    package let people: Int
    package let points: Int
    package let photos: Int

    package init(_ row: RowReader) throws {
        people = try row["people"]
        points = try row["points"]
        photos = try row["photos"]
    }

    package static func of(gathering: Int) -> SQL {
        """
        select (select count(*) from gathering_people where gathering_id = \(gathering) and role = 'met') as people,
          (select count(*) from gathering_entries where gathering_id = \(gathering) and kind = 'statement') as points,
          (select count(*) from gathering_photos where gathering_id = \(gathering) and removed_at is null) as photos
        """
    }
}

/// Takes notes as often as they are sent, each once.
package struct TakeFieldNotes: Sendable {
    package struct Outcome: Sendable, Equatable {
        package let key: UUID
        /// Nil where it stands in the record now.
        package let fault: FieldNote.Fault?
    }

    let gatheringID: Int
    let notes: [FieldNote]

    package init(gatheringID: Int, notes: [FieldNote]) { (self.gatheringID, self.notes) = (gatheringID, notes) }

    /// - Throws: `role_required`, `gatherings_visit`, and what `begin_gathering` refuses.
    package func callAsFunction(
        vault: ContactVault, codes: QueryCodes, in database: Database, as actor: DatabaseActor
    ) async throws -> [Outcome] {
        try await database.write(as: actor) { tx in
            let asked = notes.map(\.person)
            let known = Set(
                try tx.values(
                    "select known from known_people(\(gatheringID), \(asked)) known", as: UUID.self))
            var named = known
            var faults: [UUID: FieldNote.Fault] = [:]
            var people: [Person] = []
            for note in notes {
                if let fault = note.fault(isKnown: named.contains(note.person)) {
                    faults[note.key] = fault
                } else if named.insert(note.person).inserted {
                    people.append(try Person(note, vault, codes))
                }
            }
            let taken = notes.filter { faults[$0.key] == nil }
            let points = taken.flatMap(Point.all)
            // The people and points of notes that are whole; a faulty one waits on the phone until it is corrected.
            let outcomes = try tx.all(
                """
                select point, outcome from take_field_notes(\(gatheringID), \(try Self.json(people)), \(try Self.json(points)))
                """, as: PointOutcome.self)
            for outcome in outcomes {
                guard let fault = outcome.fault, let key = UUID(uuidString: String(outcome.point.prefix(36))) else {
                    continue
                }
                faults[key] = faults[key] ?? fault
            }
            return notes.map { Outcome(key: $0.key, fault: faults[$0.key]) }
        }
    }

    private static func json(_ value: some Encodable) throws -> JSONText {
        JSONText(String(decoding: try JSONEncoder().encode(value), as: UTF8.self))
    }

    private struct Person: Encodable {
        let key, publicName, publicUnit, saidAt: String
        let consents: Bool
        let codeMac, contactID, contactKey, contact: String

        init(_ note: FieldNote, _ vault: ContactVault, _ codes: QueryCodes) throws {
            let sealed = try vault.seal(
                Contact(name: note.name, phone: note.phone), in: GatheringPerson.contactsTable)
            key = note.person.uuidString.lowercased()
            (publicName, publicUnit) = note.consents ? (note.name, note.unit) : ("", "")
            consents = note.consents
            saidAt = note.saidAt.ISO8601Format()
            codeMac = Hexadecimal.encode(codes.mac(for: note.person))
            contactID = sealed.id.uuidString.lowercased()
            contactKey = sealed.keyID
            contact = Hexadecimal.encode(sealed.bytes)
        }
    }

    private struct Point: Encodable {
        /// Of the note, and which of its points.
        let key: String
        let person, text, saidAt: String

        static func all(of note: FieldNote) -> [Point] {
            note.points.enumerated().map { place, text in
                Point(
                    key: "\(note.key.uuidString.lowercased()) \(place)", person: note.person.uuidString.lowercased(),
                    text: text, saidAt: note.saidAt.ISO8601Format())
            }
        }
    }

    private struct PointOutcome: Row {
        let point: String
        let fault: FieldNote.Fault?

        init(_ row: RowReader) throws {
            point = try row["point"]
            fault =
                switch try row["outcome"] as String {
                case "accepted", "already": nil
                case "key_reused": .changed
                case "unknown", "not_present": .person
                case "malformed": .wordsTooLong
                default: .over
                }
        }
    }
}
