# cmake --install and the Debian packages (cpack, deploy/debian/build). Two components: "daemons" (package scop) and "tools"
# (package scop-tools: the command line, of use without any daemon).
include(GNUInstallDirs)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # what is installed is built by name; tests need not be

set(SCOP_DEBIAN ${PROJECT_SOURCE_DIR}/deploy/debian)
install(FILES ${SCOP_DEBIAN}/scop.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT tools)
install(FILES ${SCOP_DEBIAN}/copyright DESTINATION share/doc/scop-tools COMPONENT tools)
install(FILES ${SCOP_DEBIAN}/copyright README.md DESTINATION share/doc/scop COMPONENT daemons)
install(DIRECTORY docs/ DESTINATION share/doc/scop COMPONENT daemons FILES_MATCHING PATTERN "*.md")
install(FILES ${SCOP_DEBIAN}/scop.tmpfiles DESTINATION lib/tmpfiles.d RENAME scop.conf COMPONENT daemons)

# The units name the prefix, which is known at installation.
install(CODE "set(scop_program \"$<TARGET_FILE:scop>\")" COMPONENT daemons)
install(CODE [[
  set(lib "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/lib")
  execute_process(COMMAND "${scop_program}" systemd --packaged --prefix "${CMAKE_INSTALL_PREFIX}" --out "${lib}/systemd/system"
    COMMAND_ERROR_IS_FATAL ANY)
  file(MAKE_DIRECTORY "${lib}/sysusers.d")
  file(RENAME "${lib}/systemd/system/scop.sysusers" "${lib}/sysusers.d/scop.conf")
]] COMPONENT daemons)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME scop)
set(CPACK_PACKAGE_CONTACT "The scop authors <scop@example.org>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE zstd)
set(CPACK_COMPONENTS_ALL daemons tools)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_DAEMONS_PACKAGE_NAME scop)
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME scop-tools)
set(CPACK_DEBIAN_DAEMONS_DESCRIPTION "mail for your own domain, as a mesh of small isolated daemons
 Each daemon does one job, holds only the secrets of that job, runs in its own jail and talks to its neighbours over
 mutually authenticated TLS. This package brings the daemons and their hardened systemd units; nothing listens before
 `scop init` has made an instance.")
set(CPACK_DEBIAN_TOOLS_DESCRIPTION "command line of scop: the mesh's administration, and its parts for use alone
 scop administers a running mesh. Without one it classifies spam, verifies SPF, DKIM, DMARC and ARC, signs, and reads
 MIME structures and DMARC or TLS reports.")
# Where the programs look at run time, beside the shared libraries.
set(CPACK_DEBIAN_DAEMONS_PACKAGE_DEPENDS "scop-tools (= ${PROJECT_VERSION}), systemd (>= 252), ca-certificates, dns-root-data")
set(CPACK_DEBIAN_DAEMONS_PACKAGE_RECOMMENDS "nftables")
set(CPACK_DEBIAN_DAEMONS_PACKAGE_SUGGESTS "uacme, dovecot-imapd, dovecot-lmtpd")
set(CPACK_DEBIAN_DAEMONS_PACKAGE_CONTROL_EXTRA
  "${SCOP_DEBIAN}/postinst;${SCOP_DEBIAN}/prerm;${SCOP_DEBIAN}/postrm")
include(CPack)
