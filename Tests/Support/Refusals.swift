import Participation
import Testing

/// The rule that says no, by the name of its constraint; nil where the act is done. Only what people are told of counts: whatever else is
/// thrown is an error of the program to them, and stands here in its own words.
package func refusal(_ act: () async throws -> Void) async -> String? {
    do {
        try await act()
        return nil
    } catch {
        return (error as? Refusal ?? Refusal(error))?.constraint ?? "no refusal: \(error)"
    }
}

/// Expects a rule to say no, as `refusal` tells it.
package func expectRefusal(
    _ constraint: String, at location: SourceLocation = #_sourceLocation, _ act: () async throws -> Void
) async {
    let refused = await refusal(act)
    #expect(refused == constraint, sourceLocation: location)
}
