import Postgres

/// The same matter through several doors: cases that are linked with one, and cases that may be about the same. Each is counted and
/// answered by itself.
package struct CaseLinks: Sendable {
    /// A case that may be about the same matter.
    package struct Similar: Row {
        package let number: String
        package let title: String
        package let id: Int
        package let state: CaseFile.State
        /// The author left the same telephone number; otherwise the titles are alike.
        package let hasSamePhone: Bool

        package init(_ row: RowReader) throws {
            number = try row["number"]
            title = try row["title"]
            id = try row["id"]
            state = try row["state"]
            hasSamePhone = try row["same_phone"]
        }
    }

    package let file: CaseFile
    package let linked: [CaseRecord.Reference]
    package let similar: [Similar]

    /// - Returns: nil where there is none that the actor may see.
    package static func find(_ id: Int, in database: Database, as actor: DatabaseActor) async throws -> CaseLinks? {
        try await database.read(as: actor) { tx in
            guard let file = try tx.first(CaseFile.with(id: id), as: CaseFile.self) else { return nil }
            return CaseLinks(
                file: file, linked: try tx.all(CaseRecord.Reference.linked(with: id), as: CaseRecord.Reference.self),
                similar: try tx.all(
                    """
                    select c.id, c.number, c.title, c.state, s.same_phone
                    from similar_cases(\(id)) with ordinality s (case_id, same_phone, place) join cases c on c.id = s.case_id
                    order by s.place
                    """, as: Similar.self))
        }
    }
}
