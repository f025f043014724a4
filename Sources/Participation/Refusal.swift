import Postgres

/// A row that is not there, or not the actor's to change: row-level security does not refuse an update or a delete, it
/// leaves the row alone. What changed nothing must not look like a success.
package struct NotAllowed: Error, Sendable, Equatable {
    package init() {}
}

/// A rule of the database that said no, by the name of its constraint.
///
/// People read the sentence under `refusals.<key>` in the locales; `detail` holds what it is about, such as the numbers of
/// the submissions that are not answered yet. What has no sentence of its own stays an error of the program.
package struct Refusal: Error, Sendable, Equatable {
    package let constraint: String
    /// The server's detail, only where the rule itself wrote it: a detail the server makes quotes people's words.
    package let detail: String

    package init(constraint: String, detail: String = "") {
        (self.constraint, self.detail) = (constraint, detail)
    }

    /// Rules raised by functions of ours, whose detail is a list of public numbers, or a day.
    private static let withDetail: Set<String> = [
        "procedures_all_answered", "submissions_screened", "case_extensions_within_ceiling",
        "cases_has_duplicates", "dispositions_effect", "opinions_changed_meanwhile", "opinions_linked_adopted",
        "registrations_unchecked", "lots_judged_since", "gatherings_materials_late", "gatherings_unconfirmed",
        "procedures_gatherings_over",
        "procedures_questionnaires_over",
    ]

    /// The refusal behind an error; nil where it is no rule of ours.
    package init?(_ error: any Error) {
        guard let error = error as? PostgresError, let constraint = error.constraint else { return nil }
        guard error.isCheckViolation() || error.isUniqueViolation() || error.isPermissionDenied else { return nil }
        self.init(constraint: constraint, detail: Self.withDetail.contains(constraint) ? error.detail ?? "" : "")
    }

    /// The key of its sentence in the locales.
    package var key: String { "refusals.\(constraint)" }

    /// The parts of a detail that is a list of numbers.
    package var numbers: [String] { detail.split(separator: " ").map(String.init) }
}
