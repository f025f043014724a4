import Participation

/// With what an outbox goes on sending after somebody signed in again in another tab (`outbox.js`).
struct OutboxToken: Encodable {
    let csrf: String
    /// Who is signed in: what somebody else typed is not theirs to send.
    let person: Int

    init(_ context: MinyiContext) throws {
        (csrf, person) = (context.visit.csrfToken(), try context.staff.staffID)
    }
}
