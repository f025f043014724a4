/// Why the body of a form could not be read. It becomes a 400 page (413 when it is too much).
package enum BadForm: Error, Equatable, Sendable {
    /// A broken percent sign, bytes that are not UTF-8, or a NUL that no database text can hold.
    case encoding
    /// A multipart body without its boundary, headers or end.
    case broken
    /// More fields, or longer names, than any of our forms has.
    case tooMany
}
