# Beside each service's program, the same objects linked without shared libraries: build/<preset>/bin/static/scop-<name>, made by
# `ninja static` alone. deploy/compose puts them into images from scratch.
#
# The libraries are found as shared ones; a link launcher puts each one's archive in its place (link_statically), so that
# nothing is compiled twice.

# Debian has no archive of fmt: its headers hold the sources.
add_library(scop_fmt_archive STATIC EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/fmt_archive.cpp)
target_link_libraries(scop_fmt_archive PRIVATE scop_flags)

add_custom_target(static)

# What archives need beside themselves: idn2 unistring; unbound libevent and nettle.
set(scop_static_more -lunistring -levent -lhogweed -lnettle -lgmp -lcrypto)

function(scop_static_program name)
  if(SCOP_SANITIZE)
    return()
  endif()
  add_executable(${name}-static EXCLUDE_FROM_ALL main.cpp)
  set_target_properties(${name}-static PROPERTIES
    OUTPUT_NAME ${name}
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/static
    CXX_LINKER_LAUNCHER ${PROJECT_SOURCE_DIR}/libs/link_statically)
  target_link_libraries(${name}-static PRIVATE ${ARGN} scop_fmt_archive ${scop_static_more})
  # Fewer pages, fewer of them touched at start: 8.6 MB instead of 10.1 at rest. -pie stands beside -static-pie.
  target_link_options(${name}-static PRIVATE -static-pie -Wno-unused-command-line-argument
    -Wl,--gc-sections,--icf=safe,--pack-dyn-relocs=relr)
  add_dependencies(static ${name}-static)
endfunction()
