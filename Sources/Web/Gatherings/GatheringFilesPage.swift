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

    init(
        _ it: Gathering, files: [(file: GatheringFile, state: MadeFile.State?)], mayAsk: Bool, _ texts: Texts
    ) {
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
    }

    static let samples = [GatheringFilesPage(FileLine.samples), GatheringFilesPage(nil)]
}

extension Texts {
    /// 海报（PDF）
    func name(of file: GatheringFile) -> String {
        self[
            "gatherings.files.name",
            ["kind": self["gatherings.files.kinds.\(file.kind.rawValue)"], "format": file.format.rawValue.uppercased()]]
    }
}
