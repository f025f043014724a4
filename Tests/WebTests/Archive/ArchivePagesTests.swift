import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Participation
import Postgres
import TestSupport
import Testing
import Text

@testable import Web

@Suite("Ledger and file of a procedure") struct ArchivePagesTests {
    @Test("The ledger has every opinion and no contact; spreadsheets run nothing of it")
    func ledger() async throws {
        try await DeskScene.run { site in
            try await site.scene.submit("=1+1 太长", row: 2, contact: Contact(name: "张三", phone: "13800138000"))
            try await site.scene.submit("谢谢", channel: .letter)
            let clerk = try await site.browser("clerk")
            try await clerk.get(site.desk + "/file")
            #expect(clerk.page.contains("ledger.csv") && clerk.page.contains("归档包只给"))
            let csv = try await clerk.post(site.desk + "/ledger.csv", [])
            #expect(csv.headers[.contentType] == "text/csv; charset=utf-8")
            #expect(
                clerk.page.contains("'=1+1 太长") && clerk.page.contains("最低生活保障 / 审核信息") && clerk.page.contains("整份草案"))
            #expect(clerk.page.contains("还没有答复") && !clerk.page.contains("13800138000") && !clerk.page.contains("张三"))
            let xlsx = try await clerk.post(site.desk + "/ledger.xlsx", [])
            #expect(Array(xlsx.body.readableBytesView.prefix(2)) == Array("PK".utf8))
            #expect(try await site.value("select count(*) from events where kind = 'ledger_taken'", as: Int.self) == 2)
            let stranger = try await site.browser("stranger")
            #expect(try await stranger.post(site.desk + "/ledger.csv", []).status == .notFound)
        }
    }

    @Test("The words of a file are there for every key, and it is taken by a form that is put on record")
    func file() async throws {
        try await DeskScene.run { site in
            let (scene, database) = (site.scene, site.scene.database)
            let sent = try await scene.submit("太长")
            try await scene.close()
            try await scene.answer(sent.id, .adopted)
            _ = try await ScreenSubmissions(ids: [sent.id], hiddenFor: nil)(
                in: database.staff, as: AnsweringScene.organiser)
            try await FinishAnswering(procedureID: scene.procedureID)(in: database.staff, as: AnsweringScene.organiser)
            try await scene.publishResult()
            let organiser = try await site.browser()
            try await organiser.get(site.desk + "/file")
            try await organiser.follow(try await organiser.post(site.desk + "/file", [("term", "years_10")]))
            #expect(organiser.page.contains("正在生成") && organiser.page.contains("data-asks-again"))
            let folder = try Repository.root().appendingPathComponent("web/locales").path
            let texts = try Texts(language: .chinese, folder: folder).all
            try await MakeProcedureFile(desk: database.staff, words: FileWords(texts)).workOff(in: database.work)
            try await organiser.get(site.desk + "/file")
            #expect(organiser.page.contains("可以下载") && organiser.page.contains("10年"))
            let taken = try await organiser.post(site.desk + "/file/1", [])
            #expect(taken.headers[.contentType] == "application/zip")
            let bytes = Array(taken.body.readableBytesView)
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("minyi-\(UUID().uuidString).zip")
                .path
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            defer { try? FileManager.default.removeItem(atPath: path) }
            // Nothing in it shows a key instead of a word.
            let names = String(decoding: bytes, as: UTF8.self)
            #expect(names.contains("00-卷内目录.html") && !names.contains("archive."))
            #expect(try await site.value("select count(*) from events where kind = 'file_taken'", as: Int.self) == 1)
            let clerk = try await site.browser("clerk")
            #expect(try await clerk.post(site.desk + "/file/1", []).status != .ok)
        }
    }
}
