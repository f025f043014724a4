import Foundation
import Participation
import Postgres
import Text

/// A small county for tests: two units, the people a publication needs, and consultations that went through the same doors
/// as real ones.
package struct ExampleCounty: Sendable {
    package let database: TestDatabase
    /// The county office, which sees every unit.
    package let officeID: Int
    /// 县民政局
    package let unitID: Int
    package let organiser: DatabaseActor
    package let clerk: DatabaseActor
    package let approver: DatabaseActor
    package let reviewer: DatabaseActor
    /// An organiser of another unit.
    package let stranger: DatabaseActor

    package static func make() async throws -> ExampleCounty {
        try await make(in: TestDatabase.make())
    }

    package static func make(in database: TestDatabase) async throws -> ExampleCounty {
        let ids: [Int] = try await database.owner.write { tx in
            let units = try tx.values(
                """
                insert into units (code, name, kind) values
                  ('g01', '县政府办公室', 'office'), ('d01', '县民政局', 'department'), ('d02', '县教育局', 'department')
                returning id
                """, as: Int.self)
            let (office, unit, other) = (units[0], units[1], units[2])
            let staff = try tx.values(
                """
                insert into staff (sign_in_name, display_name, unit_id, password_hash) values
                  ('organiser', '陈组织', \(unit), 'x'), ('clerk', '李登记', \(unit), 'x'), ('approver', '王审签', \(unit), 'x'),
                  ('reviewer', '赵保密', \(office), 'x'), ('stranger', '周外人', \(other), 'x')
                returning id
                """, as: Int.self)
            try tx.execute(
                """
                insert into staff_roles (staff_id, unit_id, role) values
                  (\(staff[0]), \(unit), 'organiser'), (\(staff[1]), \(unit), 'clerk'), (\(staff[2]), \(unit), 'approver'),
                  (\(staff[3]), \(office), 'secrecy_reviewer'), (\(staff[4]), \(other), 'organiser')
                """)
            return units + staff
        }
        func actor(_ staff: Int, _ units: [Int], _ role: StaffRole) -> DatabaseActor {
            .staff(staff, grants: [role: units])
        }
        return ExampleCounty(
            database: database, officeID: ids[0], unitID: ids[1], organiser: actor(ids[3], [ids[1]], .organiser),
            clerk: actor(ids[4], [ids[1]], .clerk), approver: actor(ids[5], [ids[1]], .approver),
            reviewer: actor(ids[6], [ids[0], ids[1], ids[2]], .secrecyReviewer),
            stranger: actor(ids[7], [ids[2]], .organiser))
    }

    /// Keys of an installation that exists for a test only.
    package static func secrets() throws -> Secrets {
        let path = FileManager.default.temporaryDirectory.path + "/minyi-secrets-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try Secrets.loadOrCreate(in: SecretsDirectory(path))
    }

    // MARK: Consultations

    /// What a consultation of a test differs in.
    package struct Terms: Sendable {
        package var title = "社会救助领域政务公开事项标准目录（征求意见稿）"
        /// The beginning of today: open already, and still to be announced.
        package var opensAt = ChinaTime.startOf(ChinaTime.date(Date()))
        package var closesAt = Date(timeIntervalSinceNow: 6 * 86_400)
        package var entryUntil: Date?
        package var nameRule = "optional"
        package var phoneRule = "optional"
        package var commentsShown = false
        package var rows = 4
        package var explanatoryNote = "按照国家的标准目录编制，结合本县实际。"

        package init() {}
    }

    package struct Announced: Sendable {
        package let id: Int
        package let number: String
        package let draftID: Int
        package let editionID: Int
    }

    /// Prepares a consultation and takes it through review, approval and publication.
    package func announce(_ terms: Terms = Terms()) async throws -> Announced {
        let prepared = try await prepare(terms)
        let draft = try await draftContent(terms, edition: prepared.editionID)
        let contact = PublishedContent.Announcement.Contact(
            phone: "0762-6750000", address: "老隆镇政府路1号", postcode: "517300", email: "")
        let announcement = PublishedContent.Announcement(
            title: terms.title, field: "社会救助", unit: "县民政局", legalBasis: "龙府办〔2020〕58号",
            explanatoryNote: terms.explanatoryNote, opensAt: terms.opensAt, closesAt: terms.closesAt,
            period: .init(
                days: 7, kind: "calendar",
                rule: .init(
                    name: "目录征求意见", basis: "龙府办〔2020〕58号 三(三)", amount: 7, dayKind: "calendar", binding: false),
                shorter: false),
            shorteningReason: "", contact: contact,
            timeline: .init(revisionDueOn: nil, publicationDueOn: nil, resultDueOn: nil), nameRule: terms.nameRule,
            phoneRule: terms.phoneRule)
        _ = try await clear(
            prepared.id, kind: "draft", title: terms.title, content: draft, edition: prepared.editionID)
        let notice = try await clear(
            prepared.id, kind: "announcement", title: "关于《\(terms.title)》公开征求意见的公告",
            content: try PublishedContent.encode(announcement))
        try await publish(notice)
        return prepared
    }

    /// A consultation that nobody outside knows of yet.
    package func prepare(_ terms: Terms = Terms()) async throws -> Announced {
        let unit = unitID
        let units = [unitID, officeID]
        return try await database.staff.write(as: organiser) { tx in
            let draft = try tx.value(
                """
                insert into drafts (title, field, unit_id, unit_ids) values (\(terms.title), '社会救助', \(unit), \(units))
                returning id
                """, as: Int.self)
            let edition = try tx.value(
                "insert into editions (draft_id, ordinal, unit_ids) values (\(draft), 1, \(units)) returning id",
                as: Int.self)
            try tx.execute(
                """
                insert into passages (edition_id, position, number, level1, level2, content_elements, legal_basis, time_limit,
                  publisher, carriers, audience, disclosure_mode, tier)
                select \(edition), n, n::text, case when n <= 2 then '最低生活保障' else '养老服务' end, '事项' || n, '内容' || n,
                  '《社会救助暂行办法》', '20个工作日内', '县民政局', '■政府网站', '全社会', '主动', '县级、乡级'
                from generate_series(1, \(terms.rows)::int) n
                """)
            let id = try tx.value(
                """
                insert into procedures (title, field, unit_id, unit_ids, draft_id, edition_id, legal_basis, explanatory_note,
                  opens_at, closes_at, entry_until, name_rule, phone_rule, comments_shown, contact_phone, contact_address,
                  contact_postcode)
                values (\(terms.title), '社会救助', \(unit), \(units), \(draft), \(edition), '龙府办〔2020〕58号',
                  \(terms.explanatoryNote), \(terms.opensAt), \(terms.closesAt), \(terms.entryUntil), \(terms.nameRule),
                  \(terms.phoneRule), \(terms.commentsShown), '0762-6750000', '老隆镇政府路1号', '517300')
                returning id
                """, as: Int.self)
            let number = try tx.value("select number from procedures where id = \(id)", as: String.self)
            return Announced(id: id, number: number, draftID: draft, editionID: edition)
        }
    }

    /// Freezes a text, reviews it and has it approved.
    /// - Returns: the clearance's id, ready for `publish`.
    package func clear(
        _ procedure: Int, kind: String, title: String, content: String, edition: Int? = nil, closesAt: Date? = nil,
        entryUntil: Date? = nil, reason: String = ""
    ) async throws -> Int {
        let json = JSONText(content)
        let id = try await database.staff.write(as: organiser) { tx in
            try tx.value(
                """
                select prepare_clearance(\(procedure), \(kind), \(title), \(json), \(edition), \(closesAt), \(entryUntil),
                  \(reason))
                """, as: Int.self)
        }
        try await database.staff.write(as: reviewer) { tx in
            _ = try tx.execute(
                "select review_clearance(\(id), true, '', 'proactive', (select version from clearances where id = \(id)))"
            )
        }
        try await database.staff.write(as: approver) { tx in
            _ = try tx.execute(
                "select approve_clearance(\(id), true, '', '', null, null, null, (select version from clearances where id = \(id)))"
            )
        }
        return id
    }

    package func publish(_ clearance: Int) async throws {
        try await database.staff.write(as: organiser) { tx in
            _ = try tx.execute("select publish_clearance(\(clearance))")
        }
    }

    /// The draft as it is published.
    package func draftContent(_ terms: Terms, edition: Int) async throws -> String {
        let passages = try await database.staff.read(as: organiser) { tx in
            try tx.all(
                "select position, lineage, number, level1, level2 from passages where edition_id = \(edition) order by position",
                as: PassageRow.self)
        }
        let content = PublishedContent.Draft(
            title: terms.title, field: "社会救助", unit: "县民政局",
            edition: .init(id: edition, ordinal: 1, stage: "first"),
            passages: passages.map {
                .init(
                    position: $0.position, lineage: $0.lineage, number: $0.number, level1: $0.level1, level2: $0.level2,
                    level3: "", contentElements: "内容\($0.number)", legalBasis: "《社会救助暂行办法》",
                    timeLimit: "20个工作日内", publisher: "县民政局", carriers: "■政府网站", audience: "全社会",
                    disclosureMode: "主动", tier: "县级、乡级", source: "")
            })
        return try PublishedContent.encode(content)
    }

    /// Lets the worker's doors run once: opens, closes, counts.
    package func advance() async throws {
        try await database.work.write { tx in
            try tx.execute("select advance_procedures()")
            try tx.execute("select refresh_figures()")
        }
    }

    /// Answers every opinion of a procedure in the same way, as its organiser.
    package func answerAll(_ procedure: Int, outcome: String = "adopted", reason: String = "已经改正。") async throws {
        let effect = ["adopted", "partly_adopted"].contains(outcome) ? "修改稿" : ""
        try await database.staff.write(as: organiser) { tx in
            let open = try tx.values(
                """
                select o.id from opinions o join submissions s on s.id = o.submission_id
                where s.procedure_id = \(procedure) and s.withdrawn_at is null order by o.id
                """, as: Int.self)
            guard !open.isEmpty else { return }
            try tx.execute(
                """
                select screen(array(select id from submissions where procedure_id = \(procedure) and screening = 'pending'), 'shown',
                  null, gen_random_uuid())
                """)
            try tx.execute(
                """
                select answer_opinions(\(open), null, \(outcome), \(reason), '', null, \(effect),
                  case when \(effect) <> '' then date '2026-12-31' end, gen_random_uuid())
                """)
        }
    }

    private struct PassageRow: Row {
        let position: Int
        let lineage: UUID
        let number: String
        let level1: String
        let level2: String

        init(_ row: RowReader) throws {
            position = try row["position"]
            lineage = try row["lineage"]
            number = try row["number"]
            level1 = try row["level1"]
            level2 = try row["level2"]
        }
    }
}
