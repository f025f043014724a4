import Postgres

/// Who stands behind a submission.
package enum Submitter: Sendable, Equatable {
    case person
    /// A unit or organisation, named.
    case organisation(String)
    /// Several people with one representative. How many is public; the list of names never is, and is not asked for.
    case joint(people: Int)

    package enum Kind: String, PostgresValue, CaseIterable, Codable, Sendable {
        case person, organisation, joint
    }

    package var kind: Kind {
        switch self {
        case .person: .person
        case .organisation: .organisation
        case .joint: .joint
        }
    }

    /// 人次: how many people it counts for.
    package var people: Int {
        if case .joint(let people) = self { people } else { 1 }
    }

    package var organisation: String {
        if case .organisation(let name) = self { name } else { "" }
    }

    package static let longestOrganisation = 100
    /// As many as the table takes; a county has fewer inhabitants.
    package static let mostPeople = 1_000_000
}
