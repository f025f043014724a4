import Postgres

/// The way by which a submission reached the unit (渠道).
package enum Channel: String, PostgresValue, CaseIterable, Codable, Sendable {
    case web, counter, phone, letter, mail, meeting
    /// 来访: somebody came to the unit. For messages only.
    case visit
    /// 12345, which passes on what it took down. For messages only.
    case hotline
    /// 书面征求意见: who was asked by letter. For comments only.
    case written
    /// 自助填写机: a device on which one after the other answers. For sheets only.
    case kiosk
    /// 听证会, 实地走访: said there, and written down by its recorder. What is said at a forum comes as `meeting`. For comments only.
    case hearing
    case siteVisit = "site_visit"

    /// Those by which a comment comes that a member of staff enters for its author.
    package static let entered: [Channel] = [.counter, .phone, .letter, .mail, .meeting]
    /// The same of a message.
    package static let enteredMessages: [Channel] = [.counter, .visit, .phone, .hotline, .letter, .mail]
    /// Those by which answer sheets come.
    package static let ofSheets: [Channel] = [.web] + entered + [.kiosk]
    /// Those by which comments come at all.
    package static let ofComments: [Channel] = [.web] + entered + [.written, .hearing, .siteVisit]
}
