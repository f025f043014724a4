import Participation

/// Whose cases there are, and their topics. Each tenant says in its own room what it is; this one only asks.
struct CaseTenant: Sendable {
    let kind: String
    let topics: [String]
    /// Those whose words are never public.
    let privateTopics: Set<String>
    /// Somebody outside waits for them: they are screened, told of and may be published.
    let hasAuthors: Bool
    /// Where a member of staff enters one for somebody; nil where nobody does.
    let entryHref: String?
    /// What one of them is about.
    let matter: @Sendable (WebApplication, CaseFile, MinyiContext) async throws -> CaseMatter

    /// The kind of case that a topic belongs to.
    static func having(_ topic: String) -> CaseTenant? { all.first { $0.topics.contains(topic) } }

    static func of(_ file: CaseFile) -> CaseTenant? { all.first { $0.kind == file.kind } }
}

extension WebApplication {
    /// What a case is about, for its page.
    func matter(of file: CaseFile, _ context: MinyiContext) async throws -> CaseMatter {
        guard let tenant = CaseTenant.of(file) else { throw Problem.notFound }
        return try await tenant.matter(self, file, context)
    }
}

extension Texts {
    /// The topics of every tenant, to choose from.
    func topics(chosen: String, of tenants: [CaseTenant] = CaseTenant.all) -> [Choice] {
        tenants.flatMap { tenant in
            tenant.topics.map { Choice(value: $0, text: topic($0, of: tenant.kind), chosen: $0 == chosen) }
        }
    }
}
