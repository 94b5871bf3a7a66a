#pragma once

// Internal to results/: HDF5's C interface as values, errors as Error (file) in words.

#include "grid/tables.hpp"

#include <hdf5.h>
#include <hdf5_hl.h>

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace longyang::results::h5 {

/// Keeps HDF5 from printing its error stack while it lives; the words go into our errors.
class Quiet {
public:
    Quiet();
    ~Quiet();
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;
    Quiet(Quiet&&) = delete;
    Quiet& operator=(Quiet&&) = delete;

private:
    H5E_auto2_t handler_ = nullptr;
    void* data_ = nullptr;
};

/// Owns an HDF5 identifier.
class Handle {
public:
    using Close = herr_t (*)(hid_t);

    Handle() = default;
    Handle(hid_t id, Close close) : id_(id), close_(close) {}
    ~Handle() { reset(); }
    Handle(Handle&& other) noexcept { swap(other); }
    Handle& operator=(Handle&& other) noexcept {
        swap(other);
        return *this;
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    [[nodiscard]] hid_t get() const noexcept { return id_; }
    /// Leaves it open.
    void release() noexcept { id_ = H5I_INVALID_HID; }
    /// Closes now; negative where HDF5 could not, as when the last bytes did not fit on the disk.
    herr_t reset() noexcept {
        const hid_t id = std::exchange(id_, H5I_INVALID_HID);
        return id >= 0 ? close_(id) : 0;
    }

private:
    void swap(Handle& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
    }
    hid_t id_ = H5I_INVALID_HID;
    Close close_ = nullptr;
};

/// Throws Error (file), "<doing>: <HDF5's innermost reason>", where `code` is negative.
void check(herr_t code, const std::string& doing);
/// The same for an identifier that a call made.
[[nodiscard]] Handle own(hid_t id, Handle::Close close, const std::string& doing);

/// A file that is being written. HDF5 cannot drop one whose last bytes do not fit on the disk: it
/// tries to close it again when it ends, and crashes. So one that an error leaves stays open, and
/// the program ends without HDF5's end.
class WrittenFile {
public:
    WrittenFile(Handle file, std::string path);
    ~WrittenFile(); ///< without close(): forgoes the program's end in order
    WrittenFile(const WrittenFile&) = delete;
    WrittenFile& operator=(const WrittenFile&) = delete;
    WrittenFile(WrittenFile&&) = delete;
    WrittenFile& operator=(WrittenFile&&) = delete;

    [[nodiscard]] const Handle& handle() const noexcept { return file_; }
    /// Throws Error (file) where not all of it fits on the disk.
    void flush();
    /// After flush(). Both are collective where the file was opened by several ranks: each wants an
    /// agreement of its own. Throws as flush().
    void close();

private:
    Handle file_;
    std::string path_;
};

/// Opens for reading on this rank alone. Throws in words where there is no such file, it is no
/// HDF5 file, or it is damaged (truncated).
[[nodiscard]] Handle open_for_reading(const std::string& path);

using Extent = std::vector<hsize_t>;

/// How files are to be written: as HDF5 1.10 does it, where what says what is in the file has
/// checksums.
[[nodiscard]] Handle file_access();
/// Chunks of a dataset to be made, each with a checksum.
void set_chunks(const Handle& layout, const Extent& chunk, bool compressed);

[[nodiscard]] Handle make_group(const Handle& parent, const std::string& name);
[[nodiscard]] Handle open_group(const Handle& parent, const std::string& name);
[[nodiscard]] Handle open_dataset(const Handle& parent, const std::string& name);
[[nodiscard]] bool exists(const Handle& parent, const std::string& path);

/// Whole datasets, written by one rank. An empty extent makes a scalar.
Handle write_numbers(const Handle& parent, const std::string& name, const Extent& extent,
                     std::span<const double> values);
Handle write_integers(const Handle& parent, const std::string& name, const Extent& extent,
                      std::span<const int> values);
/// Strings of variable length, UTF-8.
Handle write_texts(const Handle& parent, const std::string& name, const Extent& extent,
                   std::span<const std::string> values);

void write_attribute(const Handle& object, const std::string& name, const std::string& text);
void write_attribute(const Handle& object, const std::string& name, double value);
void write_attribute(const Handle& object, const std::string& name, int value);

[[nodiscard]] Extent extent_of(const Handle& dataset);
/// Names of its dimension scales; "" where a dimension has none.
[[nodiscard]] std::vector<std::string> dims_of(const Handle& dataset);
[[nodiscard]] bool holds_text(const Handle& dataset);
[[nodiscard]] grid::Numbers read_numbers(const Handle& dataset);
[[nodiscard]] grid::Names read_texts(const Handle& dataset);

/// Attributes by name, in the order of their names; numbers as text.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
read_attributes(const Handle& object);

} // namespace longyang::results::h5
