import Foundation
import Postgres
import Text

/// The result of a procedure as it would be published now, made from the answers by the redaction policy.
package struct ResultDraft: Sendable {
    /// What the organiser writes beside the answers.
    package struct Wording: Sendable, Equatable {
        package var title: String
        /// What happens next with the draft, in words.
        package var nextStep: String
        package var unitAtFoot: String
        package var dateAtFoot: CalendarDate
        /// Of a version that corrects another: what and why.
        package var correction: String

        package static let longestTitle = 200
        package static let longestNextStep = 2000

        package init(
            title: String, nextStep: String, unitAtFoot: String, dateAtFoot: CalendarDate, correction: String = ""
        ) {
            self.correction = TextNormalisation.normalised(correction)
            self.title = TextNormalisation.normalised(title)
            self.nextStep = TextNormalisation.normalised(nextStep)
            self.unitAtFoot = TextNormalisation.normalised(unitAtFoot)
            self.dateAtFoot = dateAtFoot
        }

        /// What stands in the form at first.
        package static func proposed(for procedure: ProcedureHeading, received: Int) -> Wording {
            Wording(
                title: procedure.title + "意见采纳情况",
                nextStep: received == 0
                    ? "本次征求意见期间没有收到意见。我们将按程序办理后续工作，并公布正式文本。"
                    : "我们将按照采纳的意见修改草案，并按程序公布正式文本。感谢各位提出意见的群众和单位。",
                unitAtFoot: procedure.unitName, dateAtFoot: ChinaTime.date(procedure.now))
        }

        /// The words of the result that was prepared last, dated today; nil where there is none, or it was sealed.
        static func last(for procedure: ProcedureHeading, _ tx: borrowing Session) throws -> Wording? {
            let json = try tx.firstValue(
                """
                select content::text from clearances
                where procedure_id = \(procedure.id) and kind = 'result' and content ? 'title' order by id desc limit 1
                """, as: String.self)
            guard let json else { return nil }
            let content = try PublishedContent.decode(PublishedContent.Result.self, from: json)
            return Wording(
                title: content.title, nextStep: content.nextStep, unitAtFoot: content.unitAtFoot,
                dateAtFoot: ChinaTime.date(procedure.now))
        }
    }

    package let content: PublishedContent.Result
    package let reconciliation: Reconciliation

    /// Whether every submission stands in it exactly once, as the guard counts them.
    package var isComplete: Bool {
        reconciliation.isComplete && content.counts.submissions == reconciliation.submissions
            && content.counts.opinions == reconciliation.opinions && content.opinions?.count == reconciliation.opinions
    }

    /// - Returns: the content with what is answered by now; opinions without an answer are missing from its rows.
    package static func read(
        procedure: ProcedureHeading, wording: Wording, in database: Database, as actor: DatabaseActor
    ) async throws -> ResultDraft {
        try await database.read(as: actor) { tx in try read(procedure: procedure, wording: wording, tx) }
    }

    static func read(
        procedure: ProcedureHeading, wording: Wording, _ tx: borrowing Session
    ) throws -> ResultDraft {
        let tally = try tx.one(
            """
            select count(*) as submissions, coalesce(sum(people) filter (where withdrawn_at is null), 0)::bigint as people,
              count(*) filter (where withdrawn_at is not null) as withdrawn
            from submissions where procedure_id = \(procedure.id)
            """, as: Tally.self)
        let channels = try tx.all(
            """
            select c.channel, c.submissions, c.people, (select count(*) from opinions o
              where o.procedure_id = \(procedure.id) and o.channel = c.channel and o.ending is distinct from 'withdrawn') as opinions
            from (select channel, count(*) as submissions, coalesce(sum(people) filter (where withdrawn_at is null), 0)::bigint as people
              from submissions where procedure_id = \(procedure.id) group by channel) c
            """, as: ChannelCount.self)
        let gatherings = try tx.all(
            """
            select number, kind, title, held_on::text, people, entries, submissions, opinions, outcomes::text
            from gathering_counts(\(procedure.id))
            """, as: PublishedContent.Result.GatheringCount.self)
        let questionnaires = try tx.all(
            """
            select number, kind, title, sheets from questionnaire_counts(\(procedure.id)) where state in ('closed', 'published')
            """,
            as: PublishedContent.Result.QuestionnaireCount.self)
        let letters = WrittenTally(try tx.all(Addressee.of(procedure: procedure.id), as: Addressee.self))
        let points = try tx.all(
            """
            select s.number, s.channel, s.submitter, s.people, s.organisation,
              case when w.released_at is not null then s.organisation else s.public_name end as public_name, o.body, s.screening = 'hidden' as is_hidden,
              s.sealed_at is not null as is_sealed, s.channel = 'written' and w.released_at is null as is_internal, d.outcome, d.reason, d.transferred_to,
              d.effect, d.effect_on,
              count(*) filter (where s.sealed_at is null and (s.channel <> 'written' or w.released_at is not null))
                over (partition by coalesce(o.group_id, -o.id), d.outcome, d.reason) as alike,
              case when g.id is not null then concat_ws(' ', nullif(g.number, ''), coalesce(
                  nullif(concat_ws(' · ', nullif(g.level1, ''), nullif(g.level2, '')), ''), left(g.text, 30)))
                end as passage
            from submissions s join opinions o on o.submission_id = s.id
            left join written_replies w on w.submission_id = s.id and w.superseded_at is null
            left join passages g on g.id = o.passage_id
            left join dispositions d on d.opinion_id = o.id and d.superseded_at is null
            where s.procedure_id = \(procedure.id) and s.withdrawn_at is null
            order by s.id, o.ordinal
            """, as: Point.self)

        var counts = PublishedContent.Result.Counts()
        (counts.submissions, counts.people, counts.withdrawn) = (tally.submissions, tally.people, tally.withdrawn)
        counts.opinions = points.count
        let sources = points.compactMap(\.source)
        var outcomes: [Channel: [String: Int]] = [:]
        for source in sources { outcomes[source.channel, default: [:]][source.outcome.rawValue, default: 0] += 1 }
        for source in sources {
            switch source.outcome {
            case .adopted: counts.adopted += 1
            case .partlyAdopted: counts.partlyAdopted += 1
            case .notAdopted: counts.notAdopted += 1
            case .explained: counts.explained += 1
            case .transferred: counts.transferred += 1
            case .invalid: counts.invalid += 1
            }
        }
        let content = PublishedContent.Result(
            title: wording.title, unit: procedure.unitName, opensAt: procedure.opensAt, closesAt: procedure.closesAt,
            channels: Dictionary(channels.map { ($0.channel.rawValue, $0.submissions) }) { $1 }, counts: counts,
            opinions: RedactionPolicy.rows(sources), nextStep: RedactionPolicy.text(wording.nextStep),
            unitAtFoot: wording.unitAtFoot, dateAtFoot: wording.dateAtFoot.description,
            channelCounts: Dictionary(
                channels.map {
                    (
                        $0.channel.rawValue,
                        .init(opinions: $0.opinions, people: $0.people, outcomes: outcomes[$0.channel] ?? [:])
                    )
                }
            ) { $1 },
            written: letters.published,
            correction: wording.correction.isEmpty ? nil : RedactionPolicy.text(wording.correction),
            gatherings: gatherings.isEmpty ? nil : gatherings,
            questionnaires: questionnaires.isEmpty ? nil : questionnaires)
        return ResultDraft(
            content: content, reconciliation: try Reconciliation.read(procedureID: procedure.id, tx))
    }

    private struct Tally: Row {
        let submissions: Int
        let people: Int
        let withdrawn: Int

        init(_ row: RowReader) throws {
            submissions = try row["submissions"]
            people = try row["people"]
            withdrawn = try row["withdrawn"]
        }
    }

    private struct ChannelCount: Row {
        let channel: Channel
        let submissions: Int
        let opinions: Int
        let people: Int

        init(_ row: RowReader) throws {
            channel = try row["channel"]
            submissions = try row["submissions"]
            opinions = try row["opinions"]
            people = try row["people"]
        }
    }

    /// An opinion and, once it has one, its answer.
    private struct Point: Row {
        let source: RedactionPolicy.Source?

        init(_ row: RowReader) throws {
            guard let outcome = try row["outcome", as: Outcome?.self] else {
                source = nil
                return
            }
            source = RedactionPolicy.Source(
                number: try row["number"], channel: try row["channel"], submitter: try row["submitter"],
                people: try row["people"], organisation: try row["organisation"], publicName: try row["public_name"],
                passage: try row["passage"], body: try row["body"], isHidden: try row["is_hidden"],
                isSealed: try row["is_sealed"], isInternal: try row["is_internal"], outcome: outcome,
                reason: try row["reason"],
                transferredTo: try row["transferred_to"], effect: try row["effect"], effectOn: try row["effect_on"],
                alike: try row["alike"])
        }
    }
}

extension PublishedContent.Result.GatheringCount: Row {
    package init(_ row: RowReader) throws {
        self.init(
            number: try row["number"], kind: try row["kind"], title: try row["title"], heldOn: try row["held_on"],
            people: try row["people"], entries: try row["entries"], submissions: try row["submissions"],
            opinions: try row["opinions"],
            outcomes: try PublishedContent.decode([String: Int].self, from: try row["outcomes"]))
    }
}

extension PublishedContent.Result.QuestionnaireCount: Row {
    package init(_ row: RowReader) throws {
        self.init(
            number: try row["number"], kind: try row["kind"], title: try row["title"], sheets: try row["sheets"])
    }
}
