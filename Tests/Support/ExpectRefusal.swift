import Participation
import Testing

/// Expects a rule to say no, by the name of its constraint, and in such a way that people are told so: whatever else is thrown would be
/// an error of the program to them.
package func expectRefusal(
    _ constraint: String, at location: SourceLocation = #_sourceLocation, _ act: () async throws -> Void
) async {
    do {
        try await act()
        Issue.record("not refused: \(constraint)", sourceLocation: location)
    } catch {
        guard let refusal = error as? Refusal ?? Refusal(error) else {
            Issue.record("no refusal: \(error)", sourceLocation: location)
            return
        }
        #expect(refusal.constraint == constraint, sourceLocation: location)
    }
}
