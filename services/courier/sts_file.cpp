#include "courier/sts_file.hpp"

#include "courier/limits.hpp"
#include "files/descriptor.hpp"

namespace scop::courier {

namespace {

Outcome<> replace(const std::filesystem::path& file, const std::string& text) {
  auto fresh = file;
  fresh += ".new";
  std::error_code ignored;
  std::filesystem::remove(fresh, ignored);
  const auto descriptor = files::create(fresh);
  if (!descriptor) return std::unexpected(descriptor.error());
  if (auto written = files::write_all(*descriptor, text, fresh); !written) return written;
  if (auto synced = files::sync(*descriptor, fresh); !synced) return synced;
  std::error_code error;
  std::filesystem::rename(fresh, file, error);
  if (error) return failure(ErrorKind::unavailable, file.string() + ": " + error.message());
  return files::sync_folder(file.parent_path());
}

}  // namespace

StsFile::StsFile(asio::io_context& io, const Log& log, const std::filesystem::path& folder)
    : io_(io), log_(log), file_(folder / "mta-sts-policies"), pool_(io, 1, 4), timer_(io) {}

mta_sts::Cache StsFile::start(Time now) {
  pool_.start();
  const auto text = files::read_whole(file_, limits::sts_file_octets);
  if (!text && text.error().kind == ErrorKind::not_found) return {};
  auto cache = text ? mta_sts::Cache::from_text(*text, now) : std::unexpected(text.error());
  if (!cache) {
    log_.warning("the kept MTA-STS policies cannot be read: they are fetched again",
                 {{"file", file_.string()}, {"why", cache.error().what}});
    return {};
  }
  return std::move(*cache);
}

void StsFile::changed(const mta_sts::Cache& cache) {
  cache_ = &cache;
  stale_ = true;
  if (waiting_) return;
  waiting_ = true;
  asio::co_spawn(io_, write_later(), asio::detached);
}

Task<> StsFile::write_later() {
  timer_.expires_after(limits::sts_write_after);
  boost::system::error_code ignored;
  co_await timer_.async_wait(asio::redirect_error(use_task, ignored));
  waiting_ = false;
  co_await write();
}

Task<> StsFile::write() {
  if (!std::exchange(stale_, false)) co_return;
  auto text = cache_->to_text();
  const auto written =
      co_await pool_.run<void>([file = file_, text = std::move(text)] { return replace(file, text); });
  if (written) co_return;
  stale_ = true;  // the next change, or the end, tries again
  log_.warning("MTA-STS policies could not be kept", {{"why", written.error().what}});
}

Task<> StsFile::finish() {
  timer_.cancel();
  co_await write();
  pool_.stop();
}

}  // namespace scop::courier
