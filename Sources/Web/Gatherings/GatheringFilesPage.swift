import Participation

/// What can be printed or sent of a hearing, forum or visit: its papers as files, a poster, and the form of registration.
struct GatheringFilesPage: Page {
    static let template = "gatherings/files"

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let address: String
    /// Absent where no worker makes such files.
    let files: Filled<FileLine>?
    let waits: Bool
    /// What has to be installed for the other files.
    let missing: [String]

    /// - Parameter formats: what the workers can make.
    init(
        _ it: Gathering, files: [(file: GatheringFile, state: MadeFile.State?)], formats: Set<Report.Format>,
        mayAsk: Bool, _ texts: Texts
    ) {
        missing =
            Report.Format.allCases.filter { !formats.contains($0) }.map { texts["reports.missing.\($0.rawValue)"] }
            + (formats.contains(.pdf) ? [] : [texts["gatherings.files.pdf_for"]])
        title = texts["gatherings.files.title"]
        crumbs = texts.crumbs(to: it)
        (lead, address) = (it.title, it.address + "/files")
        waits = files.contains { $0.state == .waiting }
        self.files = Filled(
            files.map { file, state in
                let address = "\(it.address)/files/\(file.kind.rawValue)/\(file.format.rawValue)"
                return FileLine(
                    texts.name(of: file), state, href: address, action: address, field: "format",
                    value: file.format.rawValue, mayAsk: mayAsk, texts)
            })
    }

    private init(_ files: Filled<FileLine>?) {
        (title, crumbs, lead) = ("下载和打印", [Crumb(href: "/desk", text: "工作台")], "水价听证会")
        (address, self.files, waits) = ("/f", files, files != nil)
        missing = ["这台服务器没有装 Typst。"]
    }

    static let samples = [GatheringFilesPage(FileLine.samples), GatheringFilesPage(nil)]
}

extension Texts {
    /// 海报（PDF）
    func name(of file: GatheringFile) -> String { name(of: file.kind, file.format) }

    func name(of kind: GatheringFile.Kind, _ format: Report.Format) -> String {
        self[
            "gatherings.files.name",
            ["kind": self["gatherings.files.kinds.\(kind.rawValue)"], "format": format.rawValue.uppercased()]]
    }
}
