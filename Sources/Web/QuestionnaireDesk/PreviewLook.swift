import Questionnaires

/// How a questionnaire is looked at before anyone answers it: how wide, and in which of the orders that may be drawn.
struct PreviewLook: Sendable {
    private(set) var isNarrow = false
    /// Counted from 0, which the preview begins with.
    private(set) var order = 0

    private static let orders = 0..<1_000_000
    /// Of two things every second order is the one that stands there already; that all of these are happens once in a million.
    private static let tries = 20

    /// As the address or a form says it.
    init(_ form: FormData) {
        isNarrow = form.string("width") == "phone"
        if let order = form.int("order"), Self.orders.contains(order) { self.order = order }
    }

    init(isNarrow: Bool = false, order: Int = 0) { (self.isNarrow, self.order) = (isNarrow, order) }

    /// - Parameter id: of the questionnaire.
    func seed(_ id: Int) -> UInt64 { UInt64(id) &+ UInt64(order) }

    /// The next order in which a page comes otherwise; nil where none was found, as where nothing of it is drawn.
    func another(_ page: Questionnaire.Page, _ answering: Answering, _ answers: Answers) -> PreviewLook? {
        guard page.isDrawn else { return nil }
        var drawn = answering
        for step in 1...Self.tries {
            drawn.seed = answering.seed &+ UInt64(step)
            if drawn.shown(answers).page(page.code) != page {
                return PreviewLook(isNarrow: isNarrow, order: order + step)
            }
        }
        return nil
    }

    /// The address of the first page looked at so.
    func address(of preview: String, isNarrow: Bool) -> String {
        let query = [isNarrow ? "width=phone" : "", order > 0 ? "order=\(order)" : ""].filter { !$0.isEmpty }
        return query.isEmpty ? preview : preview + "?" + query.joined(separator: "&")
    }
}
