import Foundation

/// What the `web/` folder holds, read once for all servers of a process: styles, scripts and pictures, the description of the API,
/// templates and words.
package struct WebFolder: Sendable {
    let assets: StaticFiles
    let apiDescription: [UInt8]
    let pages: PageRenderer.Loaded

    /// - Throws: when a file is missing or malformed.
    package init(_ configuration: WebConfiguration) throws {
        assets = try StaticFiles(root: configuration.root, reloads: configuration.reloadsTemplates)
        apiDescription = Array(try Data(contentsOf: URL(fileURLWithPath: configuration.root + "/openapi.json")))
        pages = try PageRenderer.load(configuration.root, version: assets.version)
    }
}
