import Postgres

/// What a corrected result says otherwise about an opinion than the version before it.
package struct CorrectedOpinion: Row {
    /// As one of the two versions has it.
    package struct Side: Sendable {
        package let ordinal: Int
        package let label: String
        package let passage: String
        /// Nil when hidden or sealed.
        package let body: String?
        package let outcome: String
        package let reason: String
    }

    package let number: String
    /// Nil where the opinion is new, or is gone.
    package let old: Side?
    package let new: Side?

    package init(_ row: RowReader) throws {
        number = try row["submission_number"]
        func side(_ ordinal: Int?, _ values: (String?, String?, String?, String?, String?)) -> Side? {
            ordinal.map {
                Side(
                    ordinal: $0, label: values.0 ?? "", passage: values.1 ?? "", body: values.2,
                    outcome: values.3 ?? "", reason: values.4 ?? "")
            }
        }
        old = side(
            try row["old_ordinal"],
            (
                try row["old_label"], try row["old_passage"], try row["old_body"], try row["old_outcome"],
                try row["old_reason"]
            ))
        new = side(
            try row["new_ordinal"],
            (
                try row["new_label"], try row["new_passage"], try row["new_body"], try row["new_outcome"],
                try row["new_reason"]
            ))
    }

    /// Between two versions of a result, by their ids; in the order of the newer.
    package static func between(_ old: Int, _ new: Int, limit: Int) -> SQL {
        """
        with numbered as (
          select p.*, row_number() over (partition by p.version_id, p.submission_number order by p.ordinal) as part
          from published_opinions p where p.version_id in (\(old), \(new))
        )
        select coalesce(n.submission_number, o.submission_number) as submission_number,
          o.ordinal as old_ordinal, o.label as old_label, o.passage as old_passage, o.body as old_body, o.outcome as old_outcome,
          o.reason as old_reason, n.ordinal as new_ordinal, n.label as new_label, n.passage as new_passage, n.body as new_body,
          n.outcome as new_outcome, n.reason as new_reason
        from (select * from numbered where version_id = \(old)) o
        full join (select * from numbered where version_id = \(new)) n using (submission_number, part)
        where (o.label, o.passage, o.body, o.outcome, o.reason) is distinct from (n.label, n.passage, n.body, n.outcome, n.reason)
        order by coalesce(n.ordinal, o.ordinal) limit \(limit)
        """
    }
}
