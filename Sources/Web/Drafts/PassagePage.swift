import Participation
import Text

/// One passage of one edition, at an address that stays: what it says, what changed it, the opinions it carries out; and while its
/// edition is worked on, the form that changes it.
struct PassagePage: Page {
    static let template = "drafts/passage"

    struct Link: Sendable {
        let text: String
        let href: String
    }

    struct Compared: Sendable {
        let label: String
        let wordsMarkup: Markup
    }

    struct Happening: Sendable {
        let at: String
        let by: String
        let what: String
        let detail: String?
        /// From what to what; of a passage that was taken out all it said.
        let cells: Filled<Compared>?
    }

    struct Opinion: Sendable {
        let id: Int
        let href: String
        let name: String
        let body: String
        let outcome: String?
        let outcomeText: String?
        let chosen: Bool
    }

    /// The opinions that could be chosen, and those that are.
    struct Opinions: Sendable {
        /// Those that are linked or about this passage, then others.
        struct Part: Sendable {
            let heading: String
            let items: [Opinion]
        }

        let lead: String
        let parts: Filled<Part>?
        let looking: String
        /// Whether those are shown, too, that no change can carry out.
        let all: Bool
        let mayLink: Bool
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let address: String
    let seenVersion: Int
    let previousHref: String?
    let nextHref: String?
    let editionHref: String
    /// Why nothing can be changed here.
    let frozen: String?
    let dropped: String?
    /// Somebody else changed it meanwhile.
    let meanwhile: String?
    let form: PassageForm?
    let facts: [Fact]
    let origins: [Link]
    let originText: String?
    /// From the second edition on.
    let compares: Bool
    let compared: Filled<Compared>?
    let addHref: String
    let splitHref: String
    let mergeHref: String?
    let opinions: Opinions?
    let history: Filled<Happening>?
    let errors: FormErrors

    /// - Parameters:
    ///   - typed: what comes back with mistakes, from who saw the version `seen`.
    ///   - meanwhile: what somebody else has changed; the form then has both.
    init(
        _ file: PassageFile, mayEdit: Bool, _ search: LinkableOpinion.Search = .init(), typed: PassageCells? = nil,
        seen: Int? = nil,
        meanwhile: ChangePassage.Meanwhile? = nil, errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        let (it, edition) = (file.passage, file.edition)
        let draft = "/desk/drafts/\(file.draft.id)"
        let fields = PassageField.all(of: file.draft.kind, extraColumns: edition.extraColumns)
        let edits = mayEdit && edition.isWorkedOn
        title = texts["editions.passage_title", ["number": texts.place(it), "name": it.cells.name]]
        crumbs = texts.crumbs(to: edition, of: file.draft)
        lead =
            texts[
                "editions.passage_lead",
                [
                    "ordinal": edition.ordinal,
                    "stage": texts["drafts.stages.\(edition.stage.rawValue)"],
                ]]
        address = "/desk/drafts/passages/\(it.id)"
        seenVersion = meanwhile?.theirs.version ?? seen ?? it.version
        previousHref = file.previous.map { "/desk/drafts/passages/\($0)" }
        nextHref = file.next.map { "/desk/drafts/passages/\($0)" }
        editionHref = "\(draft)/editions/\(edition.ordinal)#row-\(it.position)"
        frozen = edition.isWorkedOn ? (mayEdit ? nil : texts["editions.read_only"]) : texts["editions.frozen"]
        dropped = file.droppedIn.map { texts["editions.dropped_in", ["ordinal": $0.ordinal]] }
        self.meanwhile = meanwhile.map {
            texts[$0.contested.isEmpty ? "editions.meanwhile_other" : "editions.meanwhile"]
        }
        form = edits ? PassageForm(typed ?? it.cells, fields, theirs: meanwhile, errors: errors, texts) : nil
        facts =
            edits
            ? []
            : fields.filter { !it.cells[$0].isEmpty && $0 != .depth }
                .map { Fact(label: texts.label($0), text: it.cells[$0]) }
        origins = file.origins.map {
            Link(
                text: texts["editions.origin", ["number": texts.place($0), "name": $0.cells.name]],
                href: "/desk/drafts/passages/\($0.id)")
        }
        originText = edition.ordinal > 1 && file.origins.isEmpty ? texts["editions.new_here"] : nil
        compares = edition.ordinal > 1
        let before = PassageCells.joined(file.origins.map(\.cells))
        compared =
            file.origins.isEmpty
            ? nil
            : Filled(
                fields.filter { $0 != .depth && before[$0] != it.cells[$0] }.map {
                    Compared(
                        label: texts.label($0), wordsMarkup: Markup(Redline(from: before[$0], to: it.cells[$0]), texts))
                })
        addHref = "\(draft)/editions/\(edition.ordinal)/rows/new?after=\(it.id)"
        splitHref = address + "/split"
        mergeHref = file.next == nil ? nil : address + "/merge"
        opinions = file.changedIn.map { edition in
            Opinions(
                file.opinions, search, mayLink: mayEdit,
                lead: texts[
                    file.droppedIn == nil ? "editions.opinions_lead" : "editions.opinions_dropped_lead",
                    ["ordinal": edition.ordinal]], texts)
        }
        history = Filled(file.history.map { Happening($0, ofOne: true, texts) })
        self.errors = errors
    }

    private init(form: PassageForm?, compared: Filled<Compared>?, opinions: Opinions?) {
        title = "第 5 行"
        crumbs = [Crumb(href: "/desk/drafts", text: "目录草案")]
        (lead, address, seenVersion) = ("第 2 稿", "/desk/drafts/passages/5", 3)
        (previousHref, nextHref, editionHref) = ("/p", "/n", "/e")
        (frozen, dropped, meanwhile) = ("这一稿不再修改。", "第 3 稿删去了这一行。", "刚才有人改了这一行。")
        (self.form, facts) = (form, [Fact(label: "序号", text: "5")])
        (origins, originText) = ([Link(text: "第 4 行", href: "/desk/drafts/passages/4")], "新增")
        compares = form != nil
        (self.compared, addHref, splitHref, mergeHref) = (compared, "/a", "/s", "/m")
        self.opinions = opinions
        history = Filled([
            Happening(at: "11月25日", by: "陈某", what: "移动", detail: "原来排第 2", cells: nil),
            Happening(
                at: "11月25日", by: "陈某", what: "改写", detail: nil,
                cells: Filled([Compared(label: "公开时限", wordsMarkup: Markup(trusted: "<del>10</del>日"))])),
        ])
        var errors = FormErrors("time_limit", "太长了")
        errors.add("after", "没有这一位")
        self.errors = errors
    }

    static let samples = [
        PassagePage(
            form: .sample, compared: Filled([Compared(label: "公开时限", wordsMarkup: Markup(trusted: "<del>10</del>日"))]),
            opinions: .sample(mayLink: true)),
        PassagePage(form: nil, compared: nil, opinions: .sample(mayLink: false)),
        PassagePage(
            form: nil, compared: nil,
            opinions: Opinions(lead: "选出意见", parts: nil, looking: "", all: true, mayLink: false)),
    ]
}

extension PassagePage.Opinions {
    fileprivate init(
        _ opinions: [LinkableOpinion], _ search: LinkableOpinion.Search, mayLink: Bool, lead: String, _ texts: Texts
    ) {
        let near = opinions.filter { $0.isAboutThis || $0.isLinked || $0.id == search.wanted }
        let others = opinions.filter { opinion in !near.contains { $0.id == opinion.id } }
        parts = Filled(
            [("near", near), ("others", others)].filter { !$0.1.isEmpty }.map { key, opinions in
                Part(
                    heading: texts["editions.linkable.\(key)"],
                    items: opinions.map {
                        PassagePage.Opinion($0, chosen: $0.isLinked || $0.id == search.wanted, texts)
                    })
            })
        (self.lead, self.mayLink, looking, all) = (lead, mayLink, search.text, search.showsAll)
    }

    fileprivate static func sample(mayLink: Bool) -> PassagePage.Opinions {
        PassagePage.Opinions(
            lead: "选出意见",
            parts: Filled([
                Part(
                    heading: "针对这一条",
                    items: [
                        .init(
                            id: 1, href: "/desk/opinions/1", name: "M-1 · 第 5 行", body: "太长", outcome: "adopted",
                            outcomeText: "采纳", chosen: true)
                    ])
            ]), looking: "时限", all: false, mayLink: mayLink)
    }
}

extension PassagePage.Opinion {
    fileprivate init(_ opinion: LinkableOpinion, chosen: Bool, _ texts: Texts) {
        id = opinion.id
        href = "/desk/opinions/\(opinion.id)"
        let about =
            opinion.about.map(texts.about) ?? texts["consultations.about_whole"]
        name = texts["editions.opinion", ["number": opinion.number, "ordinal": opinion.ordinal, "about": about]]
        body = opinion.body
        outcome = opinion.outcome?.rawValue
        outcomeText = opinion.outcome.map { texts.outcome($0.rawValue) }
        self.chosen = chosen
    }
}

extension PassagePage.Happening {
    /// - Parameter ofOne: in the record of one passage.
    init(_ change: PassageChange, ofOne: Bool, _ texts: Texts) {
        at = ChinaTime.minute(change.at, in: texts.clock)
        by = change.by
        what = texts["editions.kinds.\(change.kind.rawValue)"]
        if let places = change.places {
            detail = texts["editions.moved_from_to", ["from": places.from, "to": places.to]]
        } else {
            detail =
                change.kind == .renumbered && change.passages > 1
                ? texts["drafts.rows", ["count": change.passages]] : nil
        }
        // Of rows that were numbered anew together, one number more or less says nothing.
        let differences = change.kind == .renumbered && change.passages > 1 && !ofOne ? [] : change.differences
        cells = Filled(
            differences.map {
                PassagePage.Compared(
                    label: texts.label($0.field),
                    wordsMarkup: Markup(Redline(from: $0.before, to: $0.after), texts))
            })
    }
}

extension Texts {
    /// 对第 5 行, or 对第三条: the number of a clause says by itself what it is.
    func about(_ number: String) -> String {
        self[Int(number) == nil ? "consultations.about_clause" : "consultations.about_row", ["row": number]]
    }

    /// What was typed as the number of a passage means none, or several.
    func noSuchPassage(_ text: String, _ labels: PassageLabels) -> String {
        self[labels.isShared(text) ? "editions.errors.shared_number" : "editions.errors.no_such_row", ["number": text]]
    }

    /// The same of a number of the edition before.
    func noSuchOrigin(_ text: String, _ labels: PassageLabels) -> String {
        if labels.isShared(text) { return self["editions.errors.shared_number", ["number": text]] }
        return self["editions.lineage.no_such_row", ["number": text]]
    }

    /// How people call a passage: by its own number, or where it stands.
    func place(_ passage: Passage) -> String { place(number: passage.number, position: passage.position) }

    func place(number: String, position: Int) -> String {
        // 第三条 says it all by itself.
        if number.isEmpty { return self["editions.place", ["number": position]] }
        return Int(number) == nil ? number : self["editions.place", ["number": number]]
    }
}
