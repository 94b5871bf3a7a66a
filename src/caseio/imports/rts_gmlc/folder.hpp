#pragma once

#include <optional>
#include <string>
#include <vector>

/// RTS-GMLC, the test system of the Grid Modernization Laboratory Consortium (NREL): its folder,
/// its tables and series, and a case made of them.
namespace longyang::caseio::imports::rts_gmlc {

/// A file of the data in memory.
struct SourceFile {
    std::string name; ///< as it stands in words, relative to the folder
    std::string bytes;
};

/// Where the data lie on disk: as upstream (RTS_Data/SourceData, RTS_Data/timeseries_data_files),
/// or SourceData and timeseries side by side.
class Folder {
public:
    /// Throws Error (file) where there is no SourceData.
    explicit Folder(std::string folder);

    /// Throws Error (file) where it cannot be read.
    [[nodiscard]] SourceFile table(const std::string& name) const;
    [[nodiscard]] bool has_table(const std::string& name) const;
    /// The file that a cell of timeseries_pointers.csv names; the folders' capital letters do not
    /// count. Nothing where there is none.
    [[nodiscard]] std::optional<SourceFile> series(const std::string& pointer) const;
    /// The data use agreement of a README beside the data, from its heading on; empty: none.
    [[nodiscard]] std::string agreement() const;

private:
    [[nodiscard]] std::string shown(const std::string& path) const;

    std::string folder_, source_; ///< as given; the folder SourceData
};

} // namespace longyang::caseio::imports::rts_gmlc
