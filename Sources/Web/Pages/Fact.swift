/// A label and what it says: a line of a list of facts.
struct Fact: Sendable {
    let label: String
    let text: String
}
