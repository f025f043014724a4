extension CaseTenant {
    /// The rooms whose matters become cases.
    static let all = [messages]

    private static let messages = CaseTenant(
        kind: "message", topics: ["inquiry", "complaint", "suggestion", "help", "report"], privateTopics: ["report"],
        entryHref: "/desk/messages/new")
}
