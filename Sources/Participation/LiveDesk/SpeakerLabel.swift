import Foundation
import Postgres

/// How somebody is called where everybody reads it: by role and seat, and by name only where they have agreed. It has no words of its own:
/// they come with the language in which it is shown.
package struct SpeakerLabel: Codable, Sendable, Equatable {
    package let role: GatheringPerson.Role
    package let seat: Int
    /// Empty without consent.
    package let name: String
    /// Category or unit; empty where it may not be said.
    package let of: String

    package init(role: GatheringPerson.Role, seat: Int, name: String = "", of: String = "") {
        (self.role, self.seat, self.name, self.of) = (role, seat, name, of)
    }

    /// - Parameter json: what `person_label` returns; nil for nobody.
    init?(_ json: JSONText?) throws {
        guard let json else { return nil }
        self = try JSONDecoder().decode(SpeakerLabel.self, from: Data(json.text.utf8))
    }

    /// For papers, which are in Chinese: 参加人3 张某（村民）.
    var chinese: String { named(role.title(seat: seat)) }

    /// - Parameter seat: role and seat in words.
    package func named(_ seat: String) -> String {
        seat + (name.isEmpty ? "" : " " + name) + (of.isEmpty ? "" : "（\(of)）")
    }
}
