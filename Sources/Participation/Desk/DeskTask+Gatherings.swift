import Postgres

/// What waits of hearings, forums and visits. Each belongs to a step, and a gathering is at one step at a time, as far as that is so.
extension DeskTask {
    /// Steps of one that was announced.
    static let ofGatherings: [Source] = [
        ([.organiser], registrations), ([.organiser], lots), ([.organiser], participantLists),
        ([.organiser, .clerk], materials), ([.organiser, .clerk], transcripts), ([.organiser], gatheringRecords),
    ]

    /// What waits for this person of one hearing, forum or visit and of its papers, most urgent first.
    package static func waiting(
        for staff: StaffActor, gathering number: String, _ tx: borrowing Session
    ) throws -> [DeskTask] {
        guard let tasks = waiting(for: staff, of: ofPapers + ofGatherings) else { return [] }
        return sorted(try tx.all(tasks, as: DeskTask.self).filter { $0.number == number })
    }

    /// Those who propose one and have not been answered since.
    static let hearingProposals: SQL = """
        \(columns(.hearingProposals, due: "p.closes_at", done: "n.proposals"))
        from procedures p cross join lateral (
          select count(*) as proposals, max(h.proposed_at) as last_at from hearing_proposals h
          join submissions s on s.id = h.submission_id
          where h.procedure_id = p.id and s.withdrawn_at is null and s.sealed_at is null) n
        where p.state in ('announced', 'open', 'suspended', 'closed') and n.proposals > 0
          and not exists (select from clearances c where c.procedure_id = p.id and c.kind = 'hearing_answer'
            and (\(pending) or c.published_at > n.last_at))
        order by p.closes_at
        """

    static let gatheringsPreparing = gatherings(
        .gathering, due: "g.starts_at",
        where:
            "g.state = 'preparing' and not exists (select from clearances c where c.gathering_id = g.id and \(pending))"
    )

    static let registrations = gatherings(
        .registrations, due: dayEnd("g.list_on"), done: "n.waiting",
        from: """
            cross join lateral (select count(*) as waiting from registrations r
              where r.gathering_id = g.id and r.verdict = 'pending' and r.withdrawn_at is null) n
            """, where: "g.state = 'announced' and n.waiting > 0")

    /// A lot that has begun, or one that is needed because more may take part than there are seats.
    static let lots = gatherings(
        .lot, due: dayEnd("g.list_on"),
        where: """
            \(registered) and not exists (select from lots l where l.gathering_id = g.id and l.state = 'drawn')
              and (exists (select from lots l where l.gathering_id = g.id and l.state in ('committed', 'frozen'))
                or exists (select from gathering_categories k where k.gathering_id = g.id and k.way = 'application'
                  and k.seats < (select count(*) from registrations r
                    where r.category_id = k.id and r.verdict = 'eligible' and r.withdrawn_at is null)))
            """)

    static let participantLists = gatherings(
        .participantList, due: dayEnd("g.list_on"),
        where:
            "\(registered) and not exists (select from lots l where l.gathering_id = g.id and l.state in ('committed', 'frozen')) and \(noPaper("participant_list"))"
    )

    static let materials = gatherings(
        .materials, due: dayEnd("g.materials_on"), done: "n.waiting",
        from: """
            cross join lateral (select count(*) as waiting from gathering_people m
              where m.gathering_id = g.id and m.role in ('participant', 'invited') and m.state in ('named', 'accepted')
                and not exists (select from material_deliveries d where d.person_id = m.id)) n
            """, where: "g.state = 'announced' and g.materials_on is not null and n.waiting > 0")

    static let transcripts = gatherings(.transcript, where: "g.state = 'held'")

    static let gatheringRecords = gatherings(
        .gatheringRecord, due: dayEnd("g.report_on"), where: "g.state = 'closed' and \(noPaper("gathering_record"))")

    private static let registered: SQL =
        "g.kind = 'hearing' and g.state = 'announced' and g.registration_until <= minyi_clock()"

    /// None of that kind is public, or on its way.
    private static func noPaper(_ kind: String) -> SQL {
        """
        not exists (select from clearances c where c.gathering_id = g.id and c.kind = \(kind)
          and (\(pending) or c.published_at is not null))
        """
    }

    private static func dayEnd(_ day: SQL) -> SQL { "(\(day) + 1)::timestamp at time zone 'Asia/Shanghai'" }

    private static func gatherings(
        _ kind: Kind, due: SQL = "null::timestamptz", done: SQL = "0", from joined: SQL = "", where condition: SQL
    ) -> SQL {
        """
        \(columns(kind, number: "g.number", title: "g.title", due: due, done: done)) from gatherings g \(joined)
        where g.unit_ids && (select actor_units_as('organiser', 'clerk')) and \(condition) order by g.starts_at
        """
    }
}
