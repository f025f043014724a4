extension CaseTenant {
    /// The rooms whose matters become cases.
    static let all = [messages, views]

    private static let messages = CaseTenant(
        kind: "message", topics: ["inquiry", "complaint", "suggestion", "help", "report"], privateTopics: ["report"],
        hasAuthors: true, entryHref: "/desk/messages/new"
    ) { application, file, context in try await application.messageMatter(of: file, context) }
}
