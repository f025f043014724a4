import Foundation
import Participation
import Text

extension DirectoryListPage {
    /// What there is to choose from.
    struct Offer: Sendable {
        let fields: [DirectoryField]
        let units: [Participation.Unit]
        let directories: [PublicDirectory]

        /// Those that have a directory.
        fileprivate var owners: [Participation.Unit] {
            let ids = Set(directories.map(\.unitID))
            return units.filter { ids.contains($0.id) && $0.kind != .town }
        }
        fileprivate var towns: [Participation.Unit] { units.filter { $0.kind == .town && $0.validUntil == nil } }
        fileprivate var tiers: [String] {
            // The order in which people name them; what else is written comes behind.
            let order = ["省级", "市级", "县级", "乡级", "镇级", "村级"]
            return Set(directories.flatMap(\.tiers)).sorted {
                (order.firstIndex(of: $0) ?? order.count, $0) < (order.firstIndex(of: $1) ?? order.count, $1)
            }
        }
    }

    /// - Parameter search: nil shows what there is.
    init(_ search: DirectorySearch?, _ query: DirectoryQuery, _ offer: Offer, _ texts: Texts) {
        title = texts["directories.title"]
        form = Form(query, offer, texts)
        results = search.map { Results($0, query, texts) }
        let isEmpty = offer.directories.isEmpty
        overview = search == nil && !isEmpty ? Overview(offer, texts) : nil
        empty = search == nil && isEmpty ? texts["directories.none"] : nil
    }
}

extension DirectoryListPage.Form {
    fileprivate init(_ query: DirectoryQuery, _ offer: DirectoryListPage.Offer, _ texts: Texts) {
        let filter = query.filter
        func choices<C: CaseIterable & RawRepresentable & Equatable>(_ chosen: C?, _ key: String) -> [Choice]
        where C.RawValue == String {
            C.allCases.map {
                Choice(
                    value: $0.rawValue, text: texts["directories.\(key).\($0.rawValue)"],
                    chosen: chosen == $0)
            }
        }
        text = filter.text
        fields = offer.fields.map { Choice(value: "\($0.id)", text: $0.name, chosen: $0.id == filter.fieldID) }
        units = offer.owners.map { Choice(value: "\($0.id)", text: $0.name, chosen: $0.id == filter.unitID) }
        towns = offer.towns.map { Choice(value: "\($0.id)", text: $0.name, chosen: $0.id == filter.townID) }
        tiers = offer.tiers.map { Choice(value: $0, text: $0, chosen: $0 == filter.tier) }
        audiences = choices(filter.audience, "audiences")
        modes = choices(filter.mode, "modes")
        limits = choices(filter.limit, "limits")
        directory = query.directoryNumber
    }
}

extension DirectoryListPage.Results {
    fileprivate init(_ search: DirectorySearch, _ query: DirectoryQuery, _ texts: Texts) {
        found = texts["directories.found", ["count": search.total]]
        near = search.isNear && search.total > 0 ? texts["directories.near"] : nil
        lines = Filled(search.rows.map { .init($0, texts) })
        empty = search.rows.isEmpty ? texts["directories.nothing_found"] : nil
        downloads = search.rows.isEmpty ? [] : texts.downloads(query)
        moreHref =
            search.hasMore
            ? search.rows.last.map {
                "/directories?" + query.encoded(after: .init(directoryID: $0.directoryID, position: $0.position))
            } : nil
    }
}

extension DirectoryListPage.Line {
    fileprivate init(_ row: PublicRow, _ texts: Texts) {
        href = row.href
        number = row.cells[.number]
        name = row.cells.name
        contentElements = row.cells[.contentElements]
        timeLimit = row.cells[.timeLimit]
        publisher = row.cells[.publisher]
        directory = Crumb(href: "/directories/\(row.directoryNumber)", text: row.directoryTitle)
        confirmed =
            texts["directories.confirmed_on", ["day": ChinaTime.day(row.confirmedOn, in: texts.clock)]]
    }
}

extension DirectoryListPage.Overview {
    fileprivate init(_ offer: DirectoryListPage.Offer, _ texts: Texts) {
        typealias Entry = DirectoryListPage.Entry
        let directories = offer.directories
        func entry(_ it: PublicDirectory) -> Entry {
            Entry(
                href: "/directories/\(it.number)",
                text: it.sealedAt == nil ? it.title : texts["directories.sealed_entry", ["unit": it.unitName]],
                detail: it.sealedAt == nil
                    ? texts["directories.entry", ["unit": it.unitName, "count": it.rows]]
                    : texts["consultations.sealed_tag"])
        }
        let covered = Set(directories.flatMap(\.fieldIDs))
        figures = [
            Fact(label: texts["directories.figures.directories"], text: String(directories.count)),
            Fact(label: texts["directories.figures.rows"], text: String(directories.map(\.rows).reduce(0, +))),
            Fact(
                label: texts["directories.figures.fields"],
                text: texts["directories.of", ["count": covered.count, "all": offer.fields.count]]),
        ]
        fields = offer.fields.map { field in
            .init(
                name: field.name,
                directories: Filled(directories.filter { $0.fieldIDs.contains(field.id) }.map(entry)))
        }
        others = Filled(directories.filter(\.fieldIDs.isEmpty).map(entry))
        groups = [
            .init(
                title: texts["directories.by_unit"], lead: nil,
                entries: offer.owners.map { unit in
                    let rows = directories.filter { $0.unitID == unit.id }.map(\.rows).reduce(0, +)
                    return Entry(
                        href: "/directories?unit=\(unit.id)", text: unit.name,
                        detail: texts["directories.rows", ["count": rows]])
                }),
            .init(
                title: texts["directories.by_town"], lead: texts["directories.by_town_lead"],
                entries: offer.towns.map { Entry(href: "/directories?town=\($0.id)", text: $0.name, detail: "") }),
            .init(
                title: texts["directories.by_tier"], lead: nil,
                entries: offer.tiers.map {
                    Entry(href: "/directories?tier=\(URLEncodedFields.encode($0))", text: $0, detail: "")
                }),
        ].filter { !$0.entries.isEmpty }
        downloads = texts.downloads(DirectoryQuery())
    }
}

extension PublicRow {
    /// For as long as its directory is there.
    var href: String { "/directories/\(directoryNumber)/rows/\(lineage.uuidString.lowercased())" }
}

extension Texts {
    /// What is shown, to take along.
    func downloads(_ query: DirectoryQuery) -> [Crumb] {
        let selection = query.encoded()
        return ["csv", "xlsx", "json"].map {
            Crumb(
                href: "/directories/rows.\($0)" + (selection.isEmpty ? "" : "?\(selection)"),
                text: self["directories.downloads.\($0)"])
        }
    }
}
