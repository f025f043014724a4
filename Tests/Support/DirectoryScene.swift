import Foundation
import Participation
import Postgres

/// A county whose directory of four rows was asked about, and whose final edition is public: row 1 reworded and to be brought up to date
/// each half year, row 2 on request, row 3 dropped.
package struct DirectoryScene: Sendable {
    package let county: ExampleCounty
    package let asked: ExampleCounty.Announced
    /// When it was published.
    package let publishedAt: Date

    package init(county: ExampleCounty, asked: ExampleCounty.Announced, publishedAt: Date) {
        (self.county, self.asked, self.publishedAt) = (county, asked, publishedAt)
    }

    package static func make() async throws -> DirectoryScene {
        let county = try await ExampleCounty.make()
        let asked = try await county.announce()
        let publishedAt = Date(timeIntervalSinceNow: 20 * 86_400)
        try await county.database.setClock(publishedAt)
        try await county.advance()
        let scene = DirectoryScene(county: county, asked: asked, publishedAt: publishedAt)
        try await scene.publish(.final) { passages, staff in
            var cells = passages[0].cells
            cells[.timeLimit] = "半年至少更新1次"
            cells[.contentElements] = "最低生活保障的政策文件"
            _ = try await ChangePassage(passages[0].id, version: 1).save(cells, in: staff, as: county.organiser)
            cells = passages[1].cells
            (cells[.disclosureMode], cells[.publisher]) = ("依申请", "老隆镇人民政府")
            _ = try await ChangePassage(passages[1].id, version: 1).save(cells, in: staff, as: county.organiser)
            try await ChangePassage(passages[2].id, version: 1).drop(in: staff, as: county.organiser)
        }
        return scene
    }

    /// The next edition, changed, cleared and published.
    package func publish(
        _ stage: Edition.Stage, _ change: ([Passage], Database) async throws -> Void = { _, _ in }
    ) async throws {
        let staff = county.database.staff
        let edition = try await BeginEdition(of: asked.draftID, stage: stage, note: "")(in: staff, as: county.organiser)
        let passages = try await staff.read(as: county.organiser) {
            try $0.all(Passage.of(edition: edition), as: Passage.self)
        }
        try await change(passages, staff)
        let clearance = try await PrepareClearance(asked.number).revision(
            edition: edition, in: staff, as: county.organiser)
        try await Clearance.review(
            clearance, version: try await Clearance.version(of: clearance, in: staff, as: county.reviewer),
            passed: true, note: "", attribute: .proactive, in: staff, as: county.reviewer)
        try await Clearance.approve(
            clearance, version: try await Clearance.version(of: clearance, in: staff, as: county.approver),
            granted: true, note: "", in: staff, as: county.approver)
        try await county.publish(clearance)
    }

    package func directory() async throws -> PublicDirectory? {
        try await county.database.public.first(PublicDirectory.all, as: PublicDirectory.self)
    }

    package func rows() async throws -> [PublicRow] {
        try await search(DirectorySearch.Filter()).rows
    }

    package func search(_ filter: DirectorySearch.Filter) async throws -> DirectorySearch {
        try await county.database.public.read { try DirectorySearch.read(filter, limit: 50, $0) }
    }

    package func sealFinal() async throws {
        let (staff, county) = (county.database.staff, county)
        let version: Int = try await staff.read(as: county.organiser) {
            try $0.value("select max(id) from published_versions where kind = 'revision'")
        }
        let seal = try await Seal.request(.version(id: version), reason: .secret, in: staff, as: county.organiser)
        try await Seal.confirm(seal, in: staff, as: county.reviewer)
    }

    package func later(days: Int) async throws {
        try await county.database.setClock(publishedAt.addingTimeInterval(Double(days) * 86_400))
    }
}
