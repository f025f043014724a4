import Postgres

/// What people are told of. Another room calls `notify_author` or `notify_staff` (sql/0016) in the transaction of the event;
/// everything else follows from there.
///
/// A key names the event, and an event is told once to each person: `case:17:extended:2`. Facts are what the sentences in
/// `web/locales/*/letters.yaml` speak of; a sentence whose fact is missing is left out, so none has to be there.
///
/// | fact | what it is | in a sentence |
/// |---|---|---|
/// | `number` | for staff; an author's is that of the submission | `{number}` |
/// | `due_on` | the day that holds now, `2026-12-01`; `old_due_on`, `asked_for_on` likewise | `{due_on}` … |
/// | `provisional` | true: the calendar of that year is not loaded; a sentence says so | `{provisional}` |
/// | `due_at` | an exclusive moment, as jsonb writes a timestamptz | `{due_at}` |
/// | `days` | working days left, or passed; in a digest those that are soon | `{days}` |
/// | `open`, `soon`, `overdue` | how many cases (or evaluations) of a unit are that | `{open}` … |
/// | `unit_id` | which unit: its name is looked up | `{unit}` |
/// | `code` | a code with a sentence of its own under `codes` of the kind | `{code}` |
/// | `case_id`, `programme_id`, `addressee_id`, `written_id` | for staff: lead to the case, the board, the reply that is asked for, the letter | `{link}` |
/// | `gathering`, `procedure` | for staff, by public number: lead to the hearing, forum or visit, to the procedure | `{link}` |
/// | `form`, `title` | for a subscriber: what is coming, and what it is called publicly | `{page}`, `{title}` |
/// | `tenant` | whose case it is, where it is no message: its sentences are below those of the kind | – |
/// | `language` | for an author: `en`; usual is `zh-Hans` | – |
package struct NoticeKind: Sendable, Hashable {
    /// Whom it is for: an author, an organisation that was asked by letter, somebody who has a part in a hearing, forum or
    /// visit, who asked to be reminded of what is coming, somebody who works here.
    package enum Audience: String, PostgresValue, Sendable, CaseIterable {
        case author, addressee, person, subscriber, staff

        /// Who does not work here.
        var isOutside: Bool { self != .staff }
    }

    package let audience: Audience
    /// The word the database knows; its sentences are under `letters.<audience>.<name>`.
    package let name: String
    /// Facts that its sentences can use, besides `number`.
    package let facts: Set<String>

    private init(_ audience: Audience, _ name: String, _ facts: Set<String> = []) {
        (self.audience, self.name, self.facts) = (audience, name, facts)
    }

    /// All there are, as the check `notices_kind` has them.
    package static let all = [
        // To the author of a submission.
        NoticeKind(.author, "received", ["due_on"]),  // due_on: screened by
        NoticeKind(.author, "accepted", ["due_on"]),
        NoticeKind(.author, "not_accepted", ["code"]),  // declined, invalid, duplicate, redirected, information_request
        NoticeKind(.author, "assigned", ["unit_id", "due_on"]),
        NoticeKind(.author, "extended", ["due_on", "old_due_on"]),
        NoticeKind(.author, "paused", ["code"]),  // citizen, third_party
        NoticeKind(.author, "resumed", ["due_on", "code"]),
        NoticeKind(.author, "answered", ["unit_id", "code"]),  // first, again, duplicate
        NoticeKind(.author, "published", []),
        NoticeKind(.author, "addition_received", ["due_on"]),
        NoticeKind(.author, "result", ["code"]),  // first, again
        // To who has registered for a hearing, and to who has a part in one, or in a forum or visit.
        NoticeKind(.author, "registered", ["due_on"]),  // due_on: the list by
        // eligible, age, residence, category, papers, identity, other
        NoticeKind(.author, "registration_checked", ["code"]),
        NoticeKind(.author, "selected", ["code", "due_on"]),  // chosen, reserve, not_chosen
        // extended, nominated, moved, postponed, cancelled
        NoticeKind(.author, "gathering_changed", ["code", "due_on"]),
        NoticeKind(.author, "gathering_soon", ["due_on"]),
        NoticeKind(.author, "materials_ready", ["due_on"]),
        NoticeKind(.author, "transcript_ready", ["due_on"]),
        NoticeKind(.author, "record_published"),
        NoticeKind(.person, "invited", ["unit_id", "due_on"]),
        NoticeKind(.person, "gathering_changed", ["code", "due_on"]),
        NoticeKind(.person, "gathering_soon", ["due_on"]),
        NoticeKind(.person, "materials_ready", ["due_on"]),
        NoticeKind(.person, "transcript_ready", ["due_on"]),
        NoticeKind(.person, "record_published"),
        NoticeKind(.subscriber, "reminder_confirm"),
        // The code: opens, closes, registration_until, starts.
        NoticeKind(.subscriber, "reminder", ["form", "title", "code", "due_on"]),
        NoticeKind(.staff, "hearing_proposed", ["procedure", "open"]),
        // The code: the step that is due.
        NoticeKind(.staff, "gathering_due", ["gathering", "unit_id", "due_on", "code"]),
        NoticeKind(.staff, "participant_left", ["gathering", "unit_id"]),
        // Asked by letter: an organisation, and a unit of ours.
        NoticeKind(.addressee, "written_asked", ["unit_id", "due_on", "code"]),  // silence_agrees, silence_is_silence
        NoticeKind(.addressee, "written_soon", ["unit_id", "due_on", "code"]),
        NoticeKind(.addressee, "written_over", ["unit_id", "due_on"]),
        NoticeKind(.staff, "written_asked", ["unit_id", "due_on", "code"]),
        NoticeKind(.staff, "written_soon", ["unit_id", "due_on", "code"]),
        NoticeKind(.staff, "written_over", ["unit_id", "due_on"]),
        NoticeKind(.staff, "written_answered", ["code"]),  // opinion, none
        NoticeKind(.staff, "view_given", ["case_id", "unit_id"]),
        // To who works on a case.
        // The code: primary or assisting. due_at: until when it can be given back.
        NoticeKind(.staff, "assigned", ["case_id", "due_on", "due_at", "unit_id", "code"]),
        NoticeKind(.staff, "to_screen", ["case_id", "due_on"]),
        NoticeKind(.staff, "given_back", ["case_id", "unit_id", "due_on"]),
        NoticeKind(.staff, "returned", ["case_id", "due_on"]),
        NoticeKind(.staff, "to_approve", ["case_id", "unit_id", "due_on"]),
        NoticeKind(.staff, "early", ["case_id", "unit_id", "due_on", "days"]),
        NoticeKind(.staff, "yellow", ["case_id", "unit_id", "due_on", "days"]),
        NoticeKind(.staff, "red", ["case_id", "unit_id", "due_on", "days"]),
        NoticeKind(.staff, "overdue", ["case_id", "unit_id", "due_on", "days"]),
        NoticeKind(.staff, "supervised", ["case_id", "unit_id"]),
        NoticeKind(.staff, "pause_review", ["case_id", "unit_id"]),
        NoticeKind(.staff, "extension_requested", ["case_id", "unit_id", "due_on", "asked_for_on"]),
        NoticeKind(.staff, "extension_decided", ["case_id", "due_on", "code"]),  // granted, refused
        NoticeKind(.staff, "reopened", ["case_id", "unit_id", "due_on"]),
        NoticeKind(.staff, "addition", ["case_id", "due_on"]),
        NoticeKind(.staff, "rated_low", ["case_id", "unit_id"]),
        NoticeKind(.staff, "digest", ["unit_id", "open", "soon", "days", "overdue"]),
        NoticeKind(.staff, "evaluation", ["unit_id", "open"]),
        // The code: the stage that is due.
        NoticeKind(.staff, "programme", ["programme_id", "unit_id", "due_on", "soon", "overdue", "code"]),
        NoticeKind(.staff, "test"),
    ]

    /// What its sentences may name.
    package var placeholders: Set<String> {
        let given = facts.subtracting(["unit_id", "case_id", "programme_id", "gathering", "procedure", "form"]).union([
            "number", "link", "site",
        ])
        return given.union(facts.contains("unit_id") ? ["unit"] : []).union(
            facts.contains("due_on") ? ["provisional"] : []
        ).union(facts.contains("form") ? ["page"] : [])
    }
}
