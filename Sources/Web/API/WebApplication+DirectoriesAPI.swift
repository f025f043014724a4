import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// Final directories for programs.
    func addDirectoriesAPI(to api: RouterGroup<MinyiContext>) {
        let publicURL = configuration.publicURL
        api.get("directories") { _, context -> Response in
            try publicPages.admitSearch(context)
            let all = try await pools.public.all(PublicDirectory.all, as: PublicDirectory.self)
            return try .json(
                PublicData.Directories(directories: all.map { PublicData.Directory($0, publicURL: publicURL) }))
        }
        api.get("directories/:number") { _, context -> Response in
            try publicPages.admitSearch(context)
            let number = try context.text("number")
            // Written where the rows are read, on a thread of the database: they may be twenty thousand.
            let bytes = try await pools.public.read { tx -> [UInt8]? in
                guard let it = try tx.first(PublicDirectory.with(number: number), as: PublicDirectory.self) else {
                    return nil
                }
                let rows = try tx.all(PublicRow.of(directory: it.id), as: PublicRow.self)
                return try PublicData.encode(
                    PublicData.WholeDirectory(
                        directory: PublicData.Directory(it, publicURL: publicURL),
                        rows: rows.map { PublicData.DirectoryRow($0, publicURL: publicURL) }))
            }
            guard let bytes else { throw Problem.notFound }
            return .json(bytes: bytes)
        }
    }
}
