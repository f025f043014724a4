/// One of the values a form offers.
struct Choice: Sendable {
    let value: String
    let text: String
    let chosen: Bool
}
