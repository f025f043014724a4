import Foundation
import Participation
import Postgres
import TestSupport
import Testing

@Suite struct RedactionTests {
    @Test func labelsNameNobodyWithoutConsent() {
        let rows = RedactionPolicy.rows([
            .init(number: "1", channel: .web, body: "a", outcome: .adopted, reason: "r"),
            .init(number: "1", channel: .web, body: "b", outcome: .adopted, reason: "r"),
            .init(number: "2", channel: .letter, body: "c", outcome: .adopted, reason: "r"),
            .init(number: "3", channel: .web, publicName: "欧阳**", body: "d", outcome: .adopted, reason: "r"),
            .init(number: "4", channel: .phone, body: "e", outcome: .adopted, reason: "r"),
            .init(
                number: "5", channel: .web, submitter: .organisation, organisation: "某村委会", publicName: "某村委会",
                body: "f",
                outcome: .adopted, reason: "r"),
            .init(
                number: "6", channel: .counter, submitter: .organisation, organisation: "某公司", body: "g",
                outcome: .adopted, reason: "r"),
            .init(number: "7", channel: .mail, body: "h", outcome: .adopted, reason: "r"),
            .init(
                number: "8", channel: .web, publicName: "王**", body: "i", isHidden: true, outcome: .invalid, reason: "r"
            ),
            .init(number: "9", channel: .web, submitter: .joint, people: 12, body: "j", outcome: .adopted, reason: "r"),
        ])
        #expect(
            rows.map(\.label) == [
                "网民1", "网民1", "村民1（信函）", "欧阳**", "村民2（电话）", "某村委会", "单位1（窗口）", "网民2（电子邮件）", "网民3", "网民4（12人联名）",
            ])
        #expect(rows.map(\.ordinal) == Array(1...10))
        #expect(rows[8].body == nil)
    }

    /// An unmasked name in the table would still be masked on its way out.
    @Test func namesAreMaskedAgain() {
        let rows = RedactionPolicy.rows([
            .init(number: "1", channel: .web, publicName: "张三丰", body: "a", outcome: .adopted, reason: "r")
        ])
        #expect(rows.first?.label == "张**")
    }

    @Test func wordsAndReasonsAreMasked() {
        let rows = RedactionPolicy.rows([
            .init(
                number: "1", channel: .web, body: "请打13812345678联系我", outcome: .transferred,
                reason: "已告知身份证11010519491231002X的当事人", transferredTo: "县交通局")
        ])
        #expect(rows.first?.body == "请打138****5678联系我")
        #expect(rows.first?.reason.contains("19491231") == false)
        #expect(rows.first?.reason.hasPrefix("已转县交通局。") == true)
    }

    /// Secrets are sown into every field a person or a clerk fills in; none may come up in anything the public can read.
    @Test func nothingSecretComesUpInPublic() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let secrets = [
            "司马秘密名", "13912345678", "11010519491231002X", "隐藏的话", "要封存的话", "收回的话", "不署名公司", "0762-6754321",
            "zhang@example.cn",
        ]
        _ = try await scene.submit(
            "有电话13912345678，有身份证11010519491231002X，座机0762-6754321，邮箱zhang@example.cn。", row: 1,
            contact: Contact(name: "司马秘密名", phone: "13912345678"), showsName: true)
        let hidden = try await scene.submit("隐藏的话", contact: Contact(name: "司马秘密名"), showsName: true)
        let sealed = try await scene.submit("要封存的话", row: 2)
        let withdrawn = try await scene.submit("收回的话")
        _ = try await scene.submit(
            "单位意见", channel: .letter, submitter: .organisation("不署名公司"), contact: Contact(name: "司马秘密名"))
        let mac = scene.intake.codes.mac(for: withdrawn.key)
        _ = try await scene.database.public.write { tx in
            try tx.execute("select withdraw(\(withdrawn.number), \(mac))")
        }
        _ = try await ScreenSubmissions(ids: [hidden.id], hiddenFor: .personalData)(
            in: staff, as: AnsweringScene.organiser)
        let seal = try await Seal.request(
            .submission(id: sealed.id), reason: .secret, in: staff, as: AnsweringScene.organiser)
        try await scene.close()
        let ids = try await staff.read(as: AnsweringScene.organiser) { tx in
            try tx.values("select id from submissions where withdrawn_at is null order by id", as: Int.self)
        }
        for id in ids { try await scene.answer(id, .explained, "回复给13912345678，zhang@example.cn") }
        try await Seal.confirm(seal, in: staff, as: AnsweringScene.approver)
        try await scene.finish()
        try await scene.publishResult()

        let tables = try await scene.database.owner.read { tx in
            try tx.values(
                """
                select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'minyi' and c.relkind in ('r', 'v', 'm')
                  and has_table_privilege('minyi_public', c.oid, 'select')
                """, as: String.self)
        }
        #expect(tables.contains("published_opinions") && !tables.contains("submissions"))
        for table in tables {
            let text: String = try await scene.database.superuser.read { tx in
                // The names come from the catalogue; query_to_xml runs what it is given.
                try tx.value(
                    "select query_to_xml('select * from minyi.' || quote_ident(\(table)), false, false, '')::text")
            }
            for secret in secrets { #expect(!text.contains(secret), "\(secret) in \(table)") }
        }
        let shown: [String] = try await scene.database.public.read { tx in
            try tx.values("select body from shown_comments(\(scene.number), 1000000, 100)")
        }
        #expect(shown.isEmpty)
        // The rows are all there: what is gone is only what must not be read.
        let rows: Int = try await scene.database.public.read { tx in
            try tx.value("select count(*) from published_opinions")
        }
        #expect(rows == 4)
    }
}
