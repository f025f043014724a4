/// Whose cases there are, and their topics. Each tenant says in its own room what it is; this one only asks.
struct CaseTenant: Sendable {
    let kind: String
    let topics: [String]
    /// Those whose words are never public.
    let privateTopics: Set<String>
    /// Where a member of staff enters one for somebody.
    let entryHref: String

    /// The kind of case that a topic belongs to.
    static func having(_ topic: String) -> CaseTenant? { all.first { $0.topics.contains(topic) } }
}

extension Texts {
    /// The topics of every tenant, to choose from.
    func topics(chosen: String) -> [Choice] {
        CaseTenant.all.flatMap { tenant in
            tenant.topics.map { Choice(value: $0, text: topic($0, of: tenant.kind), chosen: $0 == chosen) }
        }
    }
}
