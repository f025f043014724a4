import Postgres

/// 咨询、投诉、建议、求助、违法举报: what somebody wants of the county. It decides by when an answer is due.
package enum MessageKind: String, PostgresValue, CaseIterable, Codable, Sendable {
    case inquiry, complaint, suggestion, help, report

    /// Whether nobody can work on it without asking back. A suggestion may be anonymous, and is answered on its receipt.
    package var needsPhone: Bool {
        switch self {
        case .complaint, .help, .report: true
        case .inquiry, .suggestion: false
        }
    }

    /// A report of what is against the law goes to who enforces the law, and to nobody else.
    package var canBePublished: Bool { self != .report }
}
