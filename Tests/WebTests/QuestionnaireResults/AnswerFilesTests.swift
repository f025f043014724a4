import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import Questionnaires
import TestSupport
import Testing

@testable import Web

/// The files that were sent in answer to a question: who finds them listed, and which.
@Suite("Files sent in answer to a question") struct AnswerFilesTests {
    private typealias Site = QuestionnaireResultsTests.Site

    private func run(_ test: @escaping @Sendable (Site) async throws -> Void) async throws {
        var content = QuestionnaireScene.poll
        content.pages[0].groups[0].questions += [
            Question(code: "photo", text: "现场照片", kind: .file(.init(most: 4))),
            Question(code: "plan", text: "图纸", kind: .file(.init())),
        ]
        try await QuestionnaireResultsTests.run(try await QuestionnaireScene.make(content), test)
    }

    /// Sends a sheet with so many files in answer to `photo`.
    private func send(_ count: Int, to scene: QuestionnaireScene) async throws -> [UUID] {
        let key = UUID()
        var ids: [UUID] = []
        for number in 0..<count {
            ids.append(
                try await Attachment.storeUpload(
                    Array("%PDF-1.7 \(number)".utf8) + [UInt8](repeating: 7, count: 3000), name: "王小明的家.pdf",
                    formKey: key, in: scene.database.public))
        }
        var answers: Answers = ["road": .choice(.option("east"))]
        if !ids.isEmpty { answers["photo"] = .files(ids) }
        var sheet = try scene.sheet(answers, key: key, quotas: [])
        sheet.fileIDs = ids
        _ = try await scene.send(sheet)
        return ids
    }

    private func address(_ id: UUID) -> String { "/desk/attachments/\(id.uuidString.lowercased())" }

    @Test("Listed by number, kind and size for those who read answers, and opened from there")
    func listed() async throws {
        try await run { site in
            let ids = try await send(2, to: site.scene) + send(1, to: site.scene) + send(0, to: site.scene)
            try await site.scene.tally()
            let clerk = try await site.browser("clerk")
            try await clerk.get("\(site.desk)/results")
            #expect(clerk.page.contains("<a href=\"\(site.desk)/files?question=photo\">查看上传的文件</a>"))
            let list = "\(site.desk)/files?question=photo"
            try await clerk.get(list)
            #expect(clerk.page.contains("2 份答卷带有文件，共 3 个。") && clerk.page.contains("3 KB"))
            #expect(!clerk.page.contains("王小明"), "what its sender called it")
            let page = clerk.page
            for id in ids {
                #expect(page.contains("<a href=\"\(address(id))\""))
                let opened = try await clerk.get(address(id))
                #expect(opened.status == .ok)
            }
            try await clerk.get("\(site.desk)/files?question=plan")
            #expect(clerk.page.contains("没有答卷带有文件") && !clerk.page.contains("/desk/attachments/"))
            for question in ["road", "nothing", ""] {
                let absent = try await clerk.get("\(site.desk)/files?question=\(question)")
                #expect(absent.status == .notFound)
            }

            let stranger = try await site.browser("stranger")
            let refused = try await stranger.get(list)
            #expect(refused.status == .notFound)
            let sentAway = try await site.visitor.get(list)
            #expect(sentAway.status == .seeOther)
            // Of the unit, but not of those who read answers.
            _ = try await site.scene.database.owner.write {
                try $0.execute("update staff_roles set role = 'supervisor' where role = 'clerk'")
            }
            let supervisor = try await site.browser("clerk")
            try await supervisor.get(list)
            for id in ids {
                #expect(!supervisor.page.contains(address(id)))
                let closed = try await supervisor.get(address(id))
                #expect(closed.status == .notFound)
            }
        }
    }

    @Test("Each leads to its sheet, to have it sealed, where one may ask for that")
    func sheets() async throws {
        try await run { site in
            let ids = try await send(2, to: site.scene) + send(1, to: site.scene)
            let clerk = try await site.browser("clerk")
            func place(_ id: UUID, _ question: String = "photo") -> String {
                "\(site.desk)/files/\(id.uuidString.lowercased())?question=\(question)"
            }
            let id = try #require(ids.last)
            let number: String = try await site.scene.value(
                """
                select s.number from submissions s join submission_attachments a on a.submission_id = s.id
                where a.attachment_id = \(id)
                """)
            try await clerk.get("\(site.desk)/files?question=photo")
            #expect(clerk.page.contains("<a href=\"\(place(id))\">在哪份答卷里"))
            try await clerk.get(place(id))
            #expect(clerk.page.contains("name=\"submission\" value=\"\(number)\"") && clerk.page.contains(address(id)))
            #expect(clerk.page.components(separatedBy: "name=\"submission\"").count == 2, "it is on one sheet only")
            for wrong in [place(id, "plan"), place(id, "nothing"), place(UUID())] {
                let absent = try await clerk.get(wrong)
                #expect(absent.status == .notFound)
            }
            try await clerk.get(place(id))
            let asked = try await clerk.post("/desk/seals", [("submission", number), ("reason", "personal_data")])
            #expect(asked.status == .seeOther)

            let stranger = try await site.browser("stranger")
            let refused = try await stranger.get(place(id))
            #expect(refused.status == .notFound)
            // Who reads answers, and asks for nothing.
            _ = try await site.scene.database.owner.write {
                try $0.execute("update staff_roles set role = 'auditor' where role = 'clerk'")
            }
            let auditor = try await site.browser("clerk")
            try await auditor.get("\(site.desk)/files?question=photo")
            #expect(auditor.page.contains(address(id)) && !auditor.page.contains("在哪份答卷里"))
        }
    }

    @Test("A sealed sheet takes its files along")
    func sealed() async throws {
        try await run { site in
            let gone = try #require(try await send(1, to: site.scene).first)
            let other = try #require(try await send(1, to: site.scene).first)
            let sheet: Int = try await site.scene.value(
                "select submission_id from submission_attachments where attachment_id = \(gone)")
            let seal = try await Seal.request(
                .submission(id: sheet), reason: .personalData, in: site.scene.database.staff,
                as: site.scene.county.organiser)
            try await Seal.confirm(seal, in: site.scene.database.staff, as: site.scene.county.reviewer)
            let organiser = try await site.browser()
            try await organiser.get("\(site.desk)/files?question=photo")
            #expect(organiser.page.contains("1 份答卷带有文件，共 1 个。") && !organiser.page.contains(address(gone)))
            #expect(organiser.page.contains(address(other)))
            let sheets = "\(site.desk)/files/\(gone.uuidString.lowercased())?question=photo"
            let left = try await organiser.get(sheets)
            #expect(left.status == .notFound)
        }
    }

    @Test("By pages, each file once, in an order that says nothing of when it came")
    func paged() async throws {
        try await run { site in
            var ids: [UUID] = []
            for _ in 0..<13 { ids += try await send(4, to: site.scene) }
            let organiser = try await site.browser()
            func listed(_ place: String) async throws -> [String] {
                try await organiser.get(place)
                return organiser.page.matches(of: /\/desk\/attachments\/([0-9a-f-]{36})/).map { String($0.1) }
            }
            let list = "\(site.desk)/files?question=photo"
            let first = try await listed(list)
            #expect(first.count == AnswerFiles.most && !organiser.page.contains("回到第一页"))
            let next = try #require(organiser.page.firstMatch(of: /rel="next" href="([^"]+)"/))
            let rest = try await listed(String(next.1).replacing("&amp;", with: "&"))
            #expect(
                first + rest == ids.map { $0.uuidString.lowercased() }.sorted(), "by their ids, which are of chance")
            #expect(organiser.page.contains("回到第一页") && !organiser.page.contains("rel=\"next\""))
        }
    }
}
