import Participation

/// What this person can do with a case now. The database decides; this only spares people forms that would be refused.
struct CaseTurn: Sendable {
    let forms: [CaseForm]
    /// Writes the reply.
    let writes: Bool
    let publishes: Bool

    init(_ record: CaseRecord, for staff: StaffActor) {
        let it = record.file
        let unit = it.unitID.map { [$0] } ?? []
        func holds(_ roles: StaffRole..., in units: [Int]) -> Bool { roles.contains { staff.has($0, in: units) } }
        let screens = holds(.organiser, .clerk, in: [it.officeID])
        // Colleagues of the office hold their roles for every unit, but do not do every unit's work.
        let works = holds(.organiser, .clerk, in: unit) && (!screens || staff.unitID == it.unitID)
        let supervises = holds(.supervisor, in: it.unitIDs)
        let reply = record.reply
        let isAuthor = reply?.submittedByID == staff.staffID
        let running = it.state == .assigned || it.state == .reviewing
        let openSupervision = record.supervisions.first { $0.closedAt == nil }
        let pending = record.extensions.first(where: \.isPending)
        let canBeGivenBack = record.giveBackUntil.map { $0 > it.now } ?? false

        writes = works && it.state == .assigned
        publishes = it.publication == .cleared && holds(.organiser, in: [it.officeID] + unit)
        let byTurn: [(form: CaseForm, shown: Bool)] = [
            (.screening, screens && it.state == .received),
            (.assignment, screens && it.state == .accepted),
            (
                .approval,
                it.state == .reviewing && !isAuthor && reply?.state == .submitted && holds(.approver, in: unit)
            ),
            (
                .officeApproval,
                it.state == .reviewing && !isAuthor && reply?.state == .approved && reply?.approvedByID != staff.staffID
                    && holds(.approver, in: [it.officeID])
            ),
            (
                .extensionDecision,
                pending != nil && pending?.askedByID != staff.staffID
                    && holds(.organiser, .clerk, .approver, in: [it.officeID])
            ),
            (
                .review,
                it.publication == .toReview && !isAuthor && reply?.publicWordsByID != staff.staffID
                    && holds(.secrecyReviewer, in: it.unitIDs)
            ),
            (
                .wording,
                (it.publication == .returned || it.publication == .toReview && reply?.publicQuestion.isEmpty ?? false)
                    && (screens || works)
            ),
            (.supervisionAnswer, openSupervision.map { holds(.approver, in: [$0.unitID]) } ?? false),
            (.supervisionClosing, openSupervision != nil && supervises),
            (.callback, screens && it.callback == .due),
            (
                .paper,
                it.state == .reviewing && reply?.state == .submitted && !isAuthor
                    && holds(.organiser, .clerk, .approver, in: unit)
            ),
            (.recall, it.state == .reviewing && reply?.state == .submitted && works),
            (.giveBack, works && it.state == .assigned && canBeGivenBack),
            (.extensionRequest, works && running && pending == nil && it.pausedAt == nil && !it.isOverdue),
            (.opinion, it.state.isOpen && it.assistingIDs.contains(staff.unitID)),
            (.reassignment, screens && it.state == .assigned),
            (.pause, screens && it.pausedAt == nil && [.accepted, .assigned].contains(it.state) && !it.isOverdue),
            (.resume, screens && it.pausedAt != nil && it.state.isOpen),
            (.emergency, (screens || works) && it.state.isOpen),
            (.concerned, screens && it.state.isOpen),
            (.rescreening, screens && ![.received, .reviewing, .completed, .withdrawn, .sealed].contains(it.state)),
            (
                .publishable,
                screens && it.publication != .published
                    && CaseTenant.having(it.topic)?.privateTopics.contains(it.topic) != true
            ),
            (
                .supervision,
                supervises && it.unitID != nil && (running || it.state == .completed) && openSupervision == nil
            ),
            (.link, screens || works),
            (.remark, holds(.organiser, .clerk, .approver, .secrecyReviewer, .supervisor, in: it.unitIDs)),
        ]
        // Nobody outside waits for it: nothing is decided about its author, and nothing of it is published.
        let ofAuthors: Set<CaseForm> = [
            .screening, .rescreening, .emergency, .concerned, .publishable, .pause, .resume, .callback, .review,
            .wording, .link,
        ]
        let hasAuthor = CaseTenant.of(it)?.hasAuthors ?? true
        forms = byTurn.filter { $0.shown && (hasAuthor || !ofAuthors.contains($0.form)) }.map(\.form)
    }
}
