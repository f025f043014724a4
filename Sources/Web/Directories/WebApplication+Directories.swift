import Documents
import Foundation
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    private static let rowsOnAPage = 50

    /// Final directories, for everyone.
    func addDirectories(to router: Router<MinyiContext>) {
        router.get("/directories") { request, context -> Response in
            let query = DirectoryQuery(try request.query())
            guard query.asksNothing else {
                try publicPages.admitSearch(context)
                return try await renderDirectories(query, context)
            }
            return try await publicPages.page("/directories", about: .site, request, context) { context in
                try await renderDirectories(query, context)
            }
        }
        for format in LedgerSheet.Format.allCases {
            router.get("/directories/rows.\(format.rawValue)") { request, context in
                try await rowsSheet(DirectoryQuery(try request.query()), format, context)
            }
        }
        router.get("/directories/rows.json") { request, context -> Response in
            try await rowsJSON(DirectoryQuery(try request.query()), context)
        }
        router.get("/directories/:number") { request, context -> Response in
            let number = try context.text("number")
            return try await publicPages.page("/directories/\(number)", about: .site, request, context) { context in
                try await renderDirectory(number, context)
            }
        }
        router.get("/directories/:number/rows/:lineage") { request, context -> Response in
            let number = try context.text("number")
            guard let lineage = UUID(uuidString: try context.text("lineage")) else { throw Problem.notFound }
            let address = "/directories/\(number)/rows/\(lineage.uuidString.lowercased())"
            return try await publicPages.page(address, about: .site, isOneOfMany: true, request, context) {
                try await renderRow(number, lineage, $0)
            }
        }
    }

    private func renderDirectories(_ query: DirectoryQuery, _ context: MinyiContext) async throws -> Response {
        let (search, offer) = try await pools.public.read { tx in
            let directories = try tx.all(PublicDirectory.all, as: PublicDirectory.self)
            return (
                query.asksNothing
                    ? nil
                    : try DirectorySearch.read(
                        query.within(directories), after: query.after, limit: Self.rowsOnAPage, tx),
                DirectoryListPage.Offer(
                    fields: try tx.all(DirectoryField.all, as: DirectoryField.self),
                    units: try tx.all(Unit.all, as: Unit.self), directories: directories)
            )
        }
        return try pages.render(DirectoryListPage(search, query, offer, context.texts), in: context)
    }

    private func renderDirectory(_ number: String, _ context: MinyiContext) async throws -> Response {
        let found = try await pools.public.read { tx -> (PublicDirectory, [PublicRow], [PublicEdition])? in
            guard let it = try tx.first(PublicDirectory.with(number: number), as: PublicDirectory.self) else {
                return nil
            }
            return (
                it, try tx.all(PublicRow.of(directory: it.id), as: PublicRow.self),
                try tx.all(PublicEdition.of(directory: it.id), as: PublicEdition.self)
            )
        }
        guard let (it, rows, editions) = found else { throw Problem.notFound }
        let version = try await PublishedVersion.find(
            it.procedureNumber, kind: .revision, version: it.version, in: pools.public)
        let page = try DirectoryPage(
            it, rows: rows, editions: editions, version: version, site: site, publicURL: configuration.publicURL,
            context.texts)
        return try pages.render(page, in: context, status: it.sealedAt == nil ? .ok : .gone)
    }

    private func renderRow(_ number: String, _ lineage: UUID, _ context: MinyiContext) async throws -> Response {
        let found = try await pools.public.read { tx -> (PublicDirectory, PublicRow?, RowHistory)? in
            guard let it = try tx.first(PublicDirectory.with(number: number), as: PublicDirectory.self),
                it.sealedAt == nil, let history = try RowHistory.read(lineage: lineage, directory: it.id, tx)
            else { return nil }
            return (it, try tx.first(PublicRow.with(lineage: lineage, directory: it.id), as: PublicRow.self), history)
        }
        guard let (it, row, history) = found else { throw Problem.notFound }
        // By the ordinals of the editions.
        var opinions: [Int: [RedlinePage.Opinion]] = [:]
        let earlier = history.entries.dropFirst().map(\.carriedOut) + [[]]
        for (entry, before) in zip(history.entries, earlier) {
            let carried = PublishedContent.Draft.CarriedOut.new(in: entry.carriedOut, since: before)
            guard !carried.isEmpty, let record = try await consultations.record(entry.edition.procedureNumber) else {
                continue
            }
            opinions[entry.edition.ordinal] = try await quoted(record, carried).map(\.shown)
        }
        return try pages.render(DirectoryRowPage(row, history, opinions: opinions, of: it, context.texts), in: context)
    }

    // MARK: To take along

    private static let rowsAtATime = 2000
    /// A selection may be all there is: two at a time leave the others their connections.
    private static let selections = Turnstile(atOnce: 2, longestQueue: 20)

    private func rowsSheet(
        _ query: DirectoryQuery, _ format: LedgerSheet.Format, _ context: MinyiContext
    ) async throws -> Response {
        try publicPages.admitSearch(context)
        let texts = pages.texts(.chinese)
        let publicURL = configuration.publicURL
        let file = try await selection(query) { directories, filter, tx in
            let alone = directories.first { $0.number == query.directoryNumber }
            return try LedgerSheet.ofRows(alone, texts).file(as: format) { add in
                try DirectorySearch.each(filter, atATime: Self.rowsAtATime, tx) {
                    try add(LedgerSheet.row($0, extraColumns: alone?.extraColumns ?? [], publicURL: publicURL))
                }
            }
        }
        return file.download
    }

    private func rowsJSON(_ query: DirectoryQuery, _ context: MinyiContext) async throws -> Response {
        try publicPages.admitSearch(context)
        let publicURL = configuration.publicURL
        let file = try await selection(query) { _, filter, tx in
            try WrittenFile(
                "rows.json", contentType: "application/json; charset=utf-8",
                pieces: { put in
                    try put(Array("{\"rows\":[".utf8))
                    var isFirst = true
                    try DirectorySearch.each(filter, atATime: Self.rowsAtATime, tx) { row in
                        if !isFirst { try put([UInt8(ascii: ",")]) }
                        try put(try PublicData.encode(PublicData.DirectoryRow(row, publicURL: publicURL)))
                        isFirst = false
                    }
                    try put(Array("]}".utf8))
                })
        }
        return file.response
    }

    /// Writes the rows that a query finds where they are read, on a thread of the database: no page waits for it.
    /// - Parameter write: with every directory there is, and what the query finds.
    private func selection(
        _ query: DirectoryQuery,
        _ write:
            @escaping @Sendable ([PublicDirectory], DirectorySearch.Filter, borrowing Session) throws -> WrittenFile
    ) async throws -> WrittenFile {
        do {
            return try await Self.selections.pass {
                try await pools.public.read(as: .anonymous, deadline: .seconds(120)) { tx in
                    let directories = try tx.all(PublicDirectory.all, as: PublicDirectory.self)
                    return try write(directories, query.within(directories), tx)
                }
            }
        } catch is DirectorySearch.TooMany {
            throw Problem(
                .unprocessableContent, .badRequest,
                text: pages.texts(.chinese)["directories.too_many", ["count": DirectorySearch.mostRows]])
        }
    }
}

extension DirectoryQuery {
    /// With the directory that its number names; a number that names none finds nothing.
    func within(_ directories: [PublicDirectory]) -> DirectorySearch.Filter {
        var filter = filter
        if let directoryNumber { filter.directoryID = directories.first { $0.number == directoryNumber }?.id ?? 0 }
        return filter
    }
}

extension LedgerSheet {
    /// The national columns as directories have them, between whose they are and when they were confirmed.
    fileprivate static func ofRows(_ alone: PublicDirectory?, _ texts: Texts) -> LedgerSheet {
        let columns = DirectoryColumn.allCases.filter { $0 != .source }
        return LedgerSheet(
            name: alone?.title ?? texts["directories.sheet"],
            heading: ["领域", "目录", "责任单位"] + columns.map(\.heading) + (alone?.extraColumns ?? []) + ["最近确认", "永久地址"],
            widths: [14, 24, 16] + columns.map(\.width) + (alone?.extraColumns ?? []).map { _ in 20 } + [12, 40],
            isPrinted: true)
    }

    fileprivate static func row(
        _ row: PublicRow, extraColumns: [String], publicURL: String
    ) -> [SheetWriter.Cell] {
        let own = DirectoryColumn.allCases.filter { $0 != .source }.map { row.cells[$0] }
        return
            ([row.field, row.directoryTitle, row.unitName] + own + extraColumns.map { row.cells.extras[$0] ?? "" }
            + [row.confirmedOn.description, publicURL + row.href]).map { .text($0) }
    }
}

extension DirectoryColumn {
    /// Of its column in a sheet, in characters.
    fileprivate var width: Double {
        switch self {
        case .number: 6
        case .level1, .level2, .level3: 16
        case .contentElements, .legalBasis: 40
        case .timeLimit, .publisher, .carriers: 20
        case .audience, .disclosureMode, .tier, .source: 10
        }
    }
}
