import Foundation

extension PublishedContent {
    /// The notice of a hearing, forum or visit, the list of its participants, its report or record.
    package struct GatheringPaper: Codable, Sendable, Equatable {
        package struct Fact: Codable, Sendable, Equatable {
            package var label: String
            package var text: String

            package init(label: String, text: String) { (self.label, self.text) = (label, text) }
        }

        package struct Section: Codable, Sendable, Equatable {
            package var heading: String
            /// Paragraphs are lines.
            package var text: String
            package var tables: [Report.Table]

            package init(heading: String, text: String, tables: [Report.Table] = []) {
                (self.heading, self.text, self.tables) = (heading, text, tables)
            }
        }

        package var title: String
        package var unit: String
        package var number: String
        /// As `Clearance.Kind` has it.
        package var kind: String
        package var gatheringKind: String
        package var startsAt: Date?
        package var place: String
        package var facts: [Fact]
        package var sections: [Section]
        /// Names of files that belong to it; nil without any.
        package var attachments: [String]?

        package init(
            title: String, unit: String, number: String, kind: String, gatheringKind: String, startsAt: Date?,
            place: String, facts: [Fact], sections: [Section], attachments: [String]? = nil
        ) {
            (self.title, self.unit, self.number, self.kind) = (title, unit, number, kind)
            (self.gatheringKind, self.startsAt, self.place) = (gatheringKind, startsAt, place)
            (self.facts, self.sections, self.attachments) = (facts, sections, attachments)
        }
    }

    /// What changes of a hearing, forum or visit.
    package struct GatheringChange: Codable, Sendable, Equatable {
        package var title: String
        package var unit: String
        package var number: String
        /// As `gathering_changes` has it: extended, nominated, moved, postponed, cancelled.
        package var kind: String
        package var reason: String
        package var oldStartsAt: Date?
        package var newStartsAt: Date?
        package var newEndsAt: Date?
        package var newRegistrationUntil: Date?
        package var place: String?
        package var category: String?

        package init(
            title: String, unit: String, number: String, kind: String, reason: String, oldStartsAt: Date? = nil,
            newStartsAt: Date? = nil, newEndsAt: Date? = nil, newRegistrationUntil: Date? = nil, place: String? = nil,
            category: String? = nil
        ) {
            (self.title, self.unit, self.number, self.kind, self.reason) = (title, unit, number, kind, reason)
            (self.oldStartsAt, self.newStartsAt, self.newEndsAt) = (oldStartsAt, newStartsAt, newEndsAt)
            (self.newRegistrationUntil, self.place, self.category) = (newRegistrationUntil, place, category)
        }
    }
}
