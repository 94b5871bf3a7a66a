#include "caseio/imports/rts_gmlc/import.hpp"

#include "caseio/imports/rts_gmlc/convert.hpp"
#include "caseio/imports/rts_gmlc/folder.hpp"
#include "caseio/imports/rts_gmlc/series.hpp"
#include "caseio/imports/rts_gmlc/source.hpp"

namespace longyang::caseio::imports::rts_gmlc {

Imported import_case(const std::string& source_folder, const std::string& folder) {
    const Folder data(source_folder);
    const Source source = read_source(data);
    require_none(source_folder, source.faults);
    const Series series = read_series(data, source);
    require_none(source_folder, series.faults);
    return write_case(convert(source, series, data.agreement()), folder);
}

} // namespace longyang::caseio::imports::rts_gmlc
