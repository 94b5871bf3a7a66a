#include "results/hdf5_file.hpp"

#include "base/comm.hpp"
#include "base/error.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace longyang::results::h5 {
namespace {

herr_t keep_first(unsigned /*n*/, const H5E_error2_t* entry, void* words) {
    auto& text = *static_cast<std::string*>(words);
    if (text.empty() && entry->desc != nullptr) {
        text = entry->desc;
    }
    return 0;
}

/// What the innermost call on HDF5's error stack had to say.
std::string reason() {
    std::string words;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &words);
    return words.empty() ? "HDF5 gives no reason" : words;
}

Handle make_space(const Extent& extent) {
    const hid_t id =
        extent.empty() ? H5Screate(H5S_SCALAR)
                       : H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr);
    return own(id, H5Sclose, "making a data space");
}

Handle make_text_type() {
    Handle type = own(H5Tcopy(H5T_C_S1), H5Tclose, "making a text type");
    check(H5Tset_size(type.get(), H5T_VARIABLE), "making a text type");
    check(H5Tset_cset(type.get(), H5T_CSET_UTF8), "making a text type");
    return type;
}

/// Numbers in chunks with checksums, which scalars and texts cannot have; compressed where there
/// are many.
Handle make_layout(const Extent& extent, hid_t type) {
    constexpr hsize_t long_list = 4096;
    Handle layout = own(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "making a layout");
    if (extent.size() == 1 && extent[0] > 0 && H5Tget_class(type) != H5T_STRING) {
        set_chunks(layout, {std::min(extent[0], long_list)}, extent[0] > long_list);
    }
    return layout;
}

Handle write_values(const Handle& parent, const std::string& name, const Extent& extent, hid_t type,
                    const void* values, std::size_t count) {
    const std::string doing = fmt::format("writing {}", name);
    const Handle space = make_space(extent);
    const Handle layout = make_layout(extent, type);
    Handle dataset = own(H5Dcreate2(parent.get(), name.c_str(), type, space.get(), H5P_DEFAULT,
                                    layout.get(), H5P_DEFAULT),
                         H5Dclose, doing);
    if (count > 0) {
        check(H5Dwrite(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), doing);
    }
    return dataset;
}

void write_scalar_attribute(const Handle& object, const std::string& name, hid_t type,
                            const void* value) {
    const std::string doing = fmt::format("writing attribute {}", name);
    const Handle space = make_space({});
    const Handle attribute =
        own(H5Acreate2(object.get(), name.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT),
            H5Aclose, doing);
    check(H5Awrite(attribute.get(), type, value), doing);
}

std::size_t count_of(const Extent& extent) {
    std::size_t count = 1;
    for (const hsize_t n : extent) {
        count *= n;
    }
    return count;
}

std::string scale_name(hid_t scale) {
    std::array<char, 256> name{};
    H5DSget_scale_name(scale, name.data(), name.size());
    return name.data();
}

herr_t take_scale_name(hid_t /*dataset*/, unsigned /*dim*/, hid_t scale, void* name) {
    *static_cast<std::string*>(name) = scale_name(scale);
    return 1;
}

herr_t collect_attribute(hid_t object, const char* name, const H5A_info_t* /*info*/, void* data) {
    auto& list = *static_cast<std::vector<std::pair<std::string, std::string>>*>(data);
    const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
    const Handle type(H5Aget_type(attribute.get()), H5Tclose);
    const Handle space(H5Aget_space(attribute.get()), H5Sclose);
    if (H5Sget_simple_extent_npoints(space.get()) != 1) {
        return 0;
    }
    const H5T_class_t kind = H5Tget_class(type.get());
    if (kind == H5T_STRING && H5Tis_variable_str(type.get()) > 0) {
        char* text = nullptr;
        const Handle memory = make_text_type();
        if (H5Aread(attribute.get(), memory.get(), static_cast<void*>(&text)) < 0) {
            return -1;
        }
        list.emplace_back(name, text != nullptr ? text : "");
        H5Dvlen_reclaim(memory.get(), space.get(), H5P_DEFAULT, static_cast<void*>(&text));
    } else if (kind == H5T_INTEGER) {
        long long value = 0;
        if (H5Aread(attribute.get(), H5T_NATIVE_LLONG, &value) < 0) {
            return -1;
        }
        list.emplace_back(name, std::to_string(value));
    } else if (kind == H5T_FLOAT) {
        double value = 0.0;
        if (H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, &value) < 0) {
            return -1;
        }
        list.emplace_back(name, fmt::format("{}", value));
    }
    return 0;
}

} // namespace

Quiet::Quiet() {
    H5Eget_auto2(H5E_DEFAULT, &handler_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Quiet::~Quiet() {
    H5Eset_auto2(H5E_DEFAULT, handler_, data_);
}

void check(herr_t code, const std::string& doing) {
    if (code < 0) {
        throw Error(Exit::file, fmt::format("{}: {}", doing, reason()));
    }
}

Handle own(hid_t id, Handle::Close close, const std::string& doing) {
    if (id < 0) {
        throw Error(Exit::file, fmt::format("{}: {}", doing, reason()));
    }
    return {id, close};
}

WrittenFile::WrittenFile(Handle file, std::string path)
    : file_(std::move(file)), path_(std::move(path)) {}

WrittenFile::~WrittenFile() {
    if (file_.get() >= 0) {
        file_.release();
        MpiScope::forgo_end();
    }
}

void WrittenFile::flush() {
    check(H5Fflush(file_.get(), H5F_SCOPE_LOCAL), fmt::format("closing '{}'", path_));
}

void WrittenFile::close() {
    if (file_.reset() < 0) {
        MpiScope::forgo_end();
        throw Error(Exit::file, fmt::format("closing '{}': {}", path_, reason()));
    }
}

Handle file_access() {
    Handle access = own(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "opening a file");
    check(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110), "opening a file");
    return access;
}

void set_chunks(const Handle& layout, const Extent& chunk, bool compressed) {
    constexpr unsigned deflate_level = 4;
    check(H5Pset_chunk(layout.get(), static_cast<int>(chunk.size()), chunk.data()),
          "making a layout");
    if (compressed) {
        check(H5Pset_shuffle(layout.get()), "making a layout");
        check(H5Pset_deflate(layout.get(), deflate_level), "making a layout");
    }
    check(H5Pset_fletcher32(layout.get()), "making a layout");
}

Handle open_for_reading(const std::string& path) {
    // HDF5 tells these apart only in its error stack.
    if (!std::ifstream(path)) {
        throw Error(Exit::file, fmt::format("'{}' cannot be read: {}", path, std::strerror(errno)));
    }
    if (H5Fis_hdf5(path.c_str()) <= 0) {
        throw Error(Exit::file, fmt::format("'{}' is no results file: it is not HDF5", path));
    }
    const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (id < 0) {
        throw Error(Exit::file,
                    fmt::format("'{}' is damaged, perhaps cut short: {}", path, reason()));
    }
    return {id, H5Fclose};
}

Handle make_group(const Handle& parent, const std::string& name) {
    return own(H5Gcreate2(parent.get(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
               H5Gclose, fmt::format("making group {}", name));
}

Handle open_group(const Handle& parent, const std::string& name) {
    return own(H5Gopen2(parent.get(), name.c_str(), H5P_DEFAULT), H5Gclose,
               fmt::format("opening group {}", name));
}

Handle open_dataset(const Handle& parent, const std::string& name) {
    return own(H5Dopen2(parent.get(), name.c_str(), H5P_DEFAULT), H5Dclose,
               fmt::format("opening dataset {}", name));
}

bool exists(const Handle& parent, const std::string& path) {
    return H5Lexists(parent.get(), path.c_str(), H5P_DEFAULT) > 0;
}

Handle write_numbers(const Handle& parent, const std::string& name, const Extent& extent,
                     std::span<const double> values) {
    return write_values(parent, name, extent, H5T_NATIVE_DOUBLE, values.data(), values.size());
}

Handle write_integers(const Handle& parent, const std::string& name, const Extent& extent,
                      std::span<const int> values) {
    return write_values(parent, name, extent, H5T_NATIVE_INT, values.data(), values.size());
}

Handle write_texts(const Handle& parent, const std::string& name, const Extent& extent,
                   std::span<const std::string> values) {
    std::vector<const char*> pointers;
    for (const std::string& value : values) {
        pointers.push_back(value.c_str());
    }
    return write_values(parent, name, extent, make_text_type().get(),
                        static_cast<const void*>(pointers.data()), pointers.size());
}

void write_attribute(const Handle& object, const std::string& name, const std::string& text) {
    const char* pointer = text.c_str();
    write_scalar_attribute(object, name, make_text_type().get(),
                           static_cast<const void*>(&pointer));
}

void write_attribute(const Handle& object, const std::string& name, double value) {
    write_scalar_attribute(object, name, H5T_NATIVE_DOUBLE, &value);
}

void write_attribute(const Handle& object, const std::string& name, int value) {
    write_scalar_attribute(object, name, H5T_NATIVE_INT, &value);
}

Extent extent_of(const Handle& dataset) {
    const Handle space = own(H5Dget_space(dataset.get()), H5Sclose, "reading a data space");
    const int rank = H5Sget_simple_extent_ndims(space.get());
    Extent extent(static_cast<std::size_t>(rank > 0 ? rank : 0));
    H5Sget_simple_extent_dims(space.get(), extent.data(), nullptr);
    return extent;
}

std::vector<std::string> dims_of(const Handle& dataset) {
    std::vector<std::string> names;
    if (H5DSis_scale(dataset.get()) > 0) {
        names.push_back(scale_name(dataset.get()));
        return names;
    }
    for (unsigned k = 0; k < extent_of(dataset).size(); ++k) {
        std::string name;
        if (H5DSget_num_scales(dataset.get(), k) > 0) {
            H5DSiterate_scales(dataset.get(), k, nullptr, take_scale_name, &name);
        }
        names.push_back(name);
    }
    return names;
}

bool holds_text(const Handle& dataset) {
    const Handle type = own(H5Dget_type(dataset.get()), H5Tclose, "reading a data type");
    return H5Tget_class(type.get()) == H5T_STRING;
}

namespace {

[[noreturn]] void throw_damaged(const Handle& dataset) {
    const std::string why = reason();
    std::string file(4096, '\0');
    std::string name(256, '\0');
    const auto cut = [](std::string& text, ssize_t size) {
        text.resize(
            std::min(text.size() - 1, static_cast<std::size_t>(std::max<ssize_t>(size, 0))));
    };
    cut(file, H5Fget_name(dataset.get(), file.data(), file.size()));
    cut(name, H5Iget_name(dataset.get(), name.data(), name.size()));
    throw Error(Exit::file, fmt::format("'{}' is damaged: {} cannot be read: {}", file, name, why));
}

} // namespace

grid::Numbers read_numbers(const Handle& dataset) {
    grid::Numbers values(count_of(extent_of(dataset)));
    if (!values.empty() && H5Dread(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                                   values.data()) < 0) {
        throw_damaged(dataset);
    }
    return values;
}

grid::Names read_texts(const Handle& dataset) {
    std::vector<char*> pointers(count_of(extent_of(dataset)), nullptr);
    if (pointers.empty()) {
        return {};
    }
    const Handle type = make_text_type();
    const Handle space = own(H5Dget_space(dataset.get()), H5Sclose, "reading texts");
    if (H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                static_cast<void*>(pointers.data())) < 0) {
        throw_damaged(dataset);
    }
    grid::Names texts;
    for (const char* pointer : pointers) {
        texts.emplace_back(pointer != nullptr ? pointer : "");
    }
    H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, static_cast<void*>(pointers.data()));
    return texts;
}

std::vector<std::pair<std::string, std::string>> read_attributes(const Handle& object) {
    std::vector<std::pair<std::string, std::string>> list;
    check(H5Aiterate2(object.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_attribute, &list),
          "reading attributes");
    return list;
}

} // namespace longyang::results::h5
